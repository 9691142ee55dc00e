/** The calls on files that commands make; `node:fs/promises` is one of these as it stands. */
export interface Files {
  readFile(path: string, encoding: 'utf8'): Promise<string>;
  stat(path: string): Promise<{ isFile(): boolean }>;
  /** the path with every link followed */
  realpath(path: string): Promise<string>;
  writeFile(path: string, text: string, options: { flag: 'wx'; flush: true }): Promise<void>;
  appendFile(path: string, text: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  mkdir(path: string, options: { recursive: true; mode: number }): Promise<unknown>;
  chmod(path: string, mode: number): Promise<void>;
  unlink(path: string): Promise<void>;
}

/** What a command may touch besides files it is told of: passed in, so that tests can hold it. */
export interface Io {
  /** data, to stdout */
  out(text: string): void;
  /** talk, to stderr */
  err(text: string): void;
  env: Readonly<Record<string, string | undefined>>;
  now(): Date;
  readStdin(): Promise<string>;
  files: Files;
  /** a text that no other process and no earlier call has had, fit for a file's name */
  unique(): string;
  /** the SHA-256 of a text, in hexadecimal */
  digest(text: string): string;
  /** stdout is a terminal: colour is for these */
  terminal: boolean;
  /** what is being done, for who waits; only where stderr is a terminal */
  progress?(text: string): void;
}

/** Whether to colour: `--color` first, then NO_COLOR and TERM=dumb, then the terminal. */
export function wantsColor(choice: 'always' | 'never' | 'auto', io: Io): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (io.env.NO_COLOR !== undefined && io.env.NO_COLOR !== '') return false;
  if (io.env.TERM === 'dumb') return false;
  return io.terminal;
}
