import { visible } from './render/safe.ts';

/** Work that is done sooner needs no word. */
const SILENT_MS = 1000;
/** Often enough to look alive, and seldom enough to cost nothing. */
const EVERY_MS = 200;
/** A line that a narrow terminal would wrap could not be erased. */
const COLUMNS_MAX = 78;
/** To the beginning of the line, and erase it: ECMA-48. */
const ERASE = '\r\u001b[K';

/** A terminal that progress is shown on, and the time that passes there. */
export interface Watcher {
  write(text: string): unknown;
  /** calls `action` once after a while, unless what it gives back is called before */
  after(ms: number, action: () => void): () => void;
}

/** What a person sees of work that takes longer than a second. */
export interface Progress {
  /** what is being done; replaces what was said before */
  say(text: string): void;
  /** takes the line away again, before anything else is written and at the end */
  clear(): void;
}

/** Progress in one line that comes after a second of work and leaves no trace. */
export function progressOn({ write, after }: Watcher): Progress {
  let said = '';
  let shown = false;
  let cancel: (() => void) | null = null;

  const show = () => {
    write(`${ERASE}${visible(said).slice(0, COLUMNS_MAX)}`);
    shown = true;
    cancel = after(EVERY_MS, show);
  };
  return {
    say(text) {
      said = text;
      cancel ??= after(SILENT_MS, show);
    },
    clear() {
      cancel?.();
      cancel = null;
      if (shown) write(ERASE);
      shown = false;
    },
  };
}
