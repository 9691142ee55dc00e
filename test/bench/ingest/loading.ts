import type { Sender } from './cargo.ts';
import type { Target } from './line.ts';

/** What to send to whom. */
export interface Loading extends Target {
  /** of the server, whose memory and time are read */
  pid: number;
  senders: (Omit<Sender, 'privateKey'> & { privateKey: string })[];
  /** number of the first delivery: each may be used once */
  first: number;
  deliveries: number;
  concurrency: number;
  /** a new connection for each report, as when each comes from another node */
  newLines: boolean;
}

/** What came of it. */
export interface Loaded {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  longestMs: number;
  /** of the server's processor time */
  cpuUsEach: number;
  /** of the server: at the start, in the middle and at the end */
  residentMib: number[];
}

/** Sent before anything is measured: V8 compiles what it has seen some thousand times. */
export const WARM_UP = 5000;
