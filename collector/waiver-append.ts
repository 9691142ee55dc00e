import { stringify } from 'yaml';
import { CommandError } from '../shared/exit.ts';
import type { Waiver } from '../shared/waiver.ts';
import { parseWaivers } from '../shared/waiver-file.ts';
import { showProblem } from '../shared/yaml-file.ts';

/** A waiver file as it stands: its name, its text, and what it holds. */
export interface WaiverFile {
  file: string;
  text: string;
  waivers: Waiver[];
}

/** Reads the text of a waiver file; every problem is an error with file, line and column. */
export function waiverFile(text: string, file: string): WaiverFile {
  const result = parseWaivers(text, file);
  if (result.ok) return { file, text, waivers: result.waivers };
  throw new CommandError('badConfiguration', result.problems.map(showProblem).join('\n'));
}

/** What to append so that the file holds `added` too, everything before it staying as it is. */
export function additionTo({ file, text, waivers }: WaiverFile, added: readonly Waiver[]): string {
  const list = stringify(added, { lineWidth: 0 });
  const indent = /^( *)- /m.exec(text)?.[1] ?? '';
  const glue = text === '' || text.endsWith('\n') ? '' : '\n';
  const addition = `${glue}${list.replaceAll(/^(?=.)/gm, indent)}`;
  const result = parseWaivers(`${text}${addition}`, file);
  const wanted = JSON.stringify([...waivers, ...added]);
  // A list in brackets, or a document that has ended, takes no more lines.
  if (result.ok && JSON.stringify(result.waivers) === wanted) return addition;
  throw new CommandError(
    'badData',
    `${file}: cannot append to this list without rewriting it; add this by hand:\n${list}`,
  );
}
