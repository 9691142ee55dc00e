import type { Connection } from '../../shared/facts/peers.ts';
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

/** How to take from a file with secrets what may leave the host. */
export interface Excerpt {
  /** tells one excerpt of a file from another */
  name: string;
  /** may throw a `ParseError`, whose message quotes nothing of the text */
  take(text: string): string;
  /** of the file */
  maxBytes?: number;
}

/** From where to where to connect; both are addresses, never names. */
export interface ConnectQuestion {
  source: string;
  address: string;
  port: number;
  /** of each try */
  timeoutMs: number;
}

/**
 * The ONLY door to the machine: the live one, or a recorded one. Paths are absolute, such as
 * `/proc/cpuinfo`, and without `..`. Every method rejects with a `HostError` and with nothing else.
 * On a recorded host what was not recorded fails as `not_recorded`, which is not evidence of
 * absence; what was recorded as absent fails as `not_found`.
 */
export interface Host {
  readonly origin: 'live' | 'recorded';
  /** whole text of a file, limited to `maxBytes` (1 MiB unless told) */
  read(path: string, maxBytes?: number): Promise<string>;
  /** what is taken from a file that holds secrets: a recording keeps that and never the file */
  excerpt(path: string, how: Excerpt): Promise<string>;
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
  /** how a TCP connection between two addresses goes; closed at once, nothing is sent over it */
  connect(question: ConnectQuestion): Promise<Connection>;
  /** a topic of systeminformation, as its JSON */
  inventory(topic: InventoryTopic): Promise<unknown>;
  /** the text kept under `name` for exactly `key`, else what `produce` gives, kept if possible */
  remember(name: string, key: string, produce: () => Promise<string>): Promise<string>;
}

/** A host that answers from a recording, with what the recording says of itself. */
export interface RecordedHost extends Host {
  readonly origin: 'recorded';
  /** UTC instant of the recording; null when it does not say */
  readonly takenAt: string | null;
  /** whether it was recorded as root; null when it does not say */
  readonly privileged: boolean | null;
  /** name of the folder it lies in */
  readonly folder: string;
}

/** Whether a host is a recorded one. */
export function isRecorded(host: Host): host is RecordedHost {
  return host.origin === 'recorded' && 'takenAt' in host;
}

export type InventoryTopic = 'system' | 'baseboard' | 'bios' | 'memLayout';

/** How a reading of the host failed, in which way, and on what. */
export class HostError extends Error {
  readonly kind: FailureKind;
  readonly source: string;
  /** of a command that ended with an unexpected exit code */
  readonly result: RunResult | null;

  constructor(kind: FailureKind, source: string, told: string | Told) {
    const { message, cause, result }: Told = typeof told === 'string' ? { message: told } : told;
    super(message, cause === undefined ? {} : { cause });
    this.name = 'HostError';
    this.kind = kind;
    this.source = source;
    this.result = result ?? null;
  }
}

/** A message with what led to it. */
interface Told {
  message: string;
  cause?: unknown;
  result?: RunResult;
}

/** Thrown by parsers: the text of `source` is not what was expected. */
export class ParseError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'ParseError';
  }
}

/** Below the 500 characters that the report allows for a source. */
const MAX_TEXT = 490;

/** Any error as the failure that stands in the report. */
export function failureOf(error: unknown, source: string | null = null): Failure {
  const from = source === null ? null : clip(source);
  if (error instanceof HostError) {
    return { kind: error.kind, message: clip(error.message), source: clip(error.source) };
  }
  if (error instanceof ParseError) {
    return { kind: 'unparsable', message: clip(error.message), source: from };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'other', message: clip(message), source: from };
}

function clip(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)} …` : text;
}
