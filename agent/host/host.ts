import type { Failure, FailureKind } from '../../shared/reading.ts';

/** Limits of one external call; the probe that asks knows what is too long or too much. */
export interface RunOptions {
  /** milliseconds; the process group is killed after it */
  timeoutMs?: number;
  /** of stdout, and apart from it of stderr */
  maxBytes?: number;
  /** written to standard input, which is then closed */
  input?: string;
  /** exit codes besides 0 that are an answer and not a failure */
  okCodes?: number[];
}

export interface RunResult {
  stdout: string;
  stderr: string;
  code: number;
}

export interface FileStatus {
  type: 'file' | 'directory' | 'character' | 'block' | 'link' | 'other';
  /** octal permission bits without the type, such as "0660" */
  mode: string;
  sizeBytes: number;
  modifiedMs: number;
  inode: number;
  /** device numbers of a device node, else null */
  major: number | null;
  minor: number | null;
}

export interface Space {
  totalBytes: number;
  freeBytes: number;
  availableBytes: number;
}

/**
 * The ONLY door to the machine: the live one, or a recorded one. Paths are absolute (`/proc/cpuinfo`).
 * Every method rejects with a `HostError` and with nothing else. On a recorded host what was not
 * recorded fails as `not_recorded`, which is not evidence of absence; what was recorded as absent
 * fails as `not_found`.
 */
export interface Host {
  readonly origin: 'live' | 'recorded';
  /** whole text of a file, limited to `maxBytes` (1 MiB unless told) */
  read(path: string, maxBytes?: number): Promise<string>;
  /** names in a directory, sorted */
  list(path: string): Promise<string[]>;
  /** status of what a path leads to, links followed */
  stat(path: string): Promise<FileStatus>;
  /** target text of a symbolic link, as `readlink` gives it */
  link(path: string): Promise<string>;
  /** opens a device for reading and writing and closes it at once */
  open(path: string): Promise<void>;
  /** statfs of the filesystem a path lies on */
  space(path: string): Promise<Space>;
  /** a command by bare name (looked up in a fixed PATH) or absolute path; no shell, LC_ALL=C */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** a topic of systeminformation, as its JSON */
  inventory(topic: InventoryTopic): Promise<unknown>;
  /** the text stored under `name` for exactly `key`, else what `produce` gives, stored when possible */
  remember(name: string, key: string, produce: () => Promise<string>): Promise<string>;
}

export type InventoryTopic = 'system' | 'baseboard' | 'bios' | 'memLayout';

/** How a reading of the host failed, in which way, and on what. */
export class HostError extends Error {
  readonly kind: FailureKind;
  readonly source: string;
  /** of a command that ended with an unexpected exit code */
  readonly result: RunResult | null;

  constructor(
    kind: FailureKind,
    source: string,
    message: string,
    options: { cause?: unknown; result?: RunResult } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'HostError';
    this.kind = kind;
    this.source = source;
    this.result = options.result ?? null;
  }
}

/** Thrown by parsers: the text of `source` is not what was expected. */
export class ParseError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'ParseError';
  }
}

const MAX_MESSAGE = 500;

/** Any error as the failure that stands in the report. */
export function failureOf(error: unknown, source: string | null = null): Failure {
  if (error instanceof HostError) {
    return { kind: error.kind, message: clip(error.message), source: error.source };
  }
  if (error instanceof ParseError) {
    return { kind: 'unparsable', message: clip(error.message), source };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'other', message: clip(message), source };
}

function clip(text: string): string {
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)} …` : text;
}
