import type { Waiver } from '../../shared/waiver.ts';
import type { Role } from '../tokens.ts';
import type {
  Enrolment,
  EnrolmentRefusal,
  EnrolmentToken,
  NewEnrolmentToken,
  NodeKey,
  Rotation,
} from './enrolment.ts';
import type { EventStore } from './event.ts';
import type { ReportParts } from './report-parts.ts';
import type { SessionStore } from './session.ts';
import type { Figures, StandingStore } from './standing.ts';

export type {
  Enrolment,
  EnrolmentRefusal,
  EnrolmentToken,
  KeyState,
  NewEnrolmentToken,
  NodeKey,
  Rotation,
} from './enrolment.ts';
export { SequenceTaken, unlessTaken } from './sequence-taken.ts';
export type { NewSession, StoredSession } from './session.ts';
export type { Figures, SeriesPoint, Standing, StandingChange } from './standing.ts';

/** Who changes something and when; it goes into the audit log in the same transaction. */
export interface Change {
  /** such as `token 3 "ops"`, `key of ganeti01`, `cli root` */
  by: string;
  at: Date;
}

/** A report that passed the door, as it goes into the store. */
export interface Delivery {
  cluster: string;
  node: string;
  /** SHA-256 of the JSON as received, hex; the same report twice has the same one */
  digest: string;
  /** the number of the enrolment the report came under; a later one counts as newer */
  enrolment: number;
  /** grows with each report of an enrolment */
  sequence: number;
  bootId: string;
  collectedAt: Date;
  receivedAt: Date;
  schema: number;
  /** the JSON as received */
  json: Buffer;
  /** the JSON taken apart, when that was done already */
  parts?: ReportParts;
  /** id of the key that signed it: "last seen" of the key follows, within minutes */
  key?: string;
  /** what is drawn over time */
  figures?: Figures;
}

/** What the sender may rely on: the report is committed. */
export interface Receipt {
  id: number;
  digest: string;
  receivedAt: Date;
  /** this very report was here before, and the receipt is the first one's */
  repeated: boolean;
  /** a newer one was here before: this one is history and never current */
  late: boolean;
}

/** Which report is the newest of a node. */
export interface CurrentReport {
  id: number;
  node: string;
  collectedAt: Date;
}

/** A report in a node's history, without its body. */
export interface PastReport {
  id: number;
  digest: string;
  sequence: number;
  bootId: string;
  collectedAt: Date;
  receivedAt: Date;
  late: boolean;
}

/** The policy of a cluster, as the operator wrote it. */
export interface StoredPolicy {
  text: string;
  digest: string;
  updatedAt: Date;
  updatedBy: string;
}

/** A waiver as the collector keeps it. */
export interface StoredWaiver {
  id: number;
  cluster: string;
  waiver: Waiver;
  addedAt: Date;
  addedBy: string;
}

/** A person's or a program's credential, without its secret. */
export interface StoredToken {
  id: number;
  name: string;
  role: Role;
  /** null: all clusters */
  cluster: string | null;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
}

export type NewToken = Omit<StoredToken, 'id' | 'lastUsedAt'> & { hash: string };

/** An entry of the audit log, which is only ever added to. */
export interface AuditEntry {
  id: number;
  at: Date;
  by: string;
  /** such as `policy.put`, `waiver.add`, `token.create`, `key.revoke` */
  action: string;
  /** the cluster it concerns; null for the collector as a whole */
  cluster: string | null;
  /** what exactly, for a person */
  subject: string;
}

/** Deliveries refused, counted by what is known of the sender. */
export interface Rejection {
  code: string;
  cluster: string | null;
  node: string | null;
  count: number;
  lastAt: Date;
  lastDetail: string;
}

/** What of the history stays: everything for `fullMs`, then one per change and per day. */
export interface Retention {
  fullMs: number;
  /** reports older than this go, but for the current one; null: never */
  maximumMs: number | null;
}

/**
 * Everything the collector keeps. Each promise of a write resolves only after its commit is on
 * disk. Statements stand behind this interface and nowhere else.
 */
export interface Store extends SessionStore, StandingStore, EventStore {
  /** idempotent by digest; rejects with `SequenceTaken` */
  deliver(delivery: Delivery): Promise<Receipt>;
  /** names of the clusters that have a report, a policy, a waiver or a key, sorted */
  clusters(): Promise<string[]>;
  /** the newest report of each node by enrolment and sequence, sorted by node */
  current(cluster: string): Promise<CurrentReport[]>;
  /** the JSON of the reports exactly as received, in the order of the ids */
  bodies(ids: readonly number[]): Promise<string[]>;
  /** by enrolment and sequence, newest first, older than the report `before` (an id) when given */
  history(
    cluster: string,
    node: string,
    page: { before?: number; limit: number },
  ): Promise<PastReport[]>;

  policy(cluster: string): Promise<StoredPolicy | null>;
  putPolicy(
    cluster: string,
    policy: Pick<StoredPolicy, 'text' | 'digest'>,
    change: Change,
  ): Promise<void>;

  waivers(cluster: string): Promise<StoredWaiver[]>;
  addWaiver(cluster: string, waiver: Waiver, change: Change): Promise<StoredWaiver>;
  /** false when the cluster has no such waiver */
  removeWaiver(cluster: string, id: number, change: Change): Promise<boolean>;

  createToken(token: NewToken, change: Change): Promise<StoredToken>;
  tokenByHash(hash: string): Promise<StoredToken | null>;
  tokens(): Promise<StoredToken[]>;
  /** false when there is no such token */
  revokeToken(id: number, change: Change): Promise<boolean>;
  touchToken(id: number, at: Date): Promise<void>;

  createEnrolmentToken(token: NewEnrolmentToken, change: Change): Promise<EnrolmentToken>;
  enrolmentTokens(): Promise<EnrolmentToken[]>;
  enrolmentTokenByHash(hash: string): Promise<EnrolmentToken | null>;
  revokeEnrolmentToken(id: number, change: Change): Promise<boolean>;
  /**
   * Uses the token and keeps the key, both or neither; one token serves once, whoever is quicker.
   * The same key with the same token again (an answer was lost) gives the same answer again.
   */
  enroll(enrolment: Enrolment): Promise<NodeKey | EnrolmentRefusal>;
  nodeKey(id: string): Promise<NodeKey | null>;
  nodeKeys(cluster?: string): Promise<NodeKey[]>;
  /**
   * Keeps the new key; the node's others go on until `validUntil`. The same again gives the same
   * answer; null: `from` may not sign, or `to` is a key of another enrolment.
   */
  rotateKey(rotation: Rotation, change: Change): Promise<NodeKey | null>;
  /** all pending keys of the node become active; how many */
  approveKeys(cluster: string, node: string, change: Change): Promise<number>;
  /** all keys of the node are of no more use; how many */
  revokeKeys(cluster: string, node: string, change: Change): Promise<number>;
  /** highest sequence of an enrolment; 0 before its first report */
  lastSequence(enrolment: number): Promise<number>;

  /** newest first */
  auditLog(page: { before?: number; limit: number }): Promise<AuditEntry[]>;
  countRejection(rejection: Omit<Rejection, 'count'>): Promise<void>;
  rejections(): Promise<Rejection[]>;

  /** a small step of clearing history; `more`: call again */
  retain(retention: Retention, now: Date): Promise<{ removed: number; more: boolean }>;
  /** a whole and consistent copy in a new file, while everything goes on */
  backup(path: string): Promise<void>;
  /** rejects when the store cannot be read */
  ping(): Promise<void>;
  /** what the database takes on its disk */
  sizeBytes(): Promise<number>;
  close(): Promise<void>;
}

/** The store cannot take or give anything now: full disk, failing disk, locked for too long. */
export class StoreUnavailable extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'StoreUnavailable';
  }
}
