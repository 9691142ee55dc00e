import type { Role } from '../tokens.ts';

/** A report that passed the door, as it goes into the store. */
export interface Delivery {
  cluster: string;
  node: string;
  /** SHA-256 of the JSON as received, hex; the same report twice has the same one */
  digest: string;
  collectedAt: Date;
  receivedAt: Date;
  schema: number;
  /** the JSON as received, gzip */
  body: Buffer;
}

/** What the sender may rely on: the report is committed. */
export interface Receipt {
  id: number;
  digest: string;
  receivedAt: Date;
  /** this very report was here before, and the receipt is the first one's */
  repeated: boolean;
}

/** Which report is the newest of a node. */
export interface CurrentReport {
  id: number;
  node: string;
  collectedAt: Date;
}

/** The policy of a cluster, as the operator wrote it. */
export interface StoredPolicy {
  text: string;
  digest: string;
  updatedAt: Date;
  updatedBy: string;
}

/** A credential without its secret. */
export interface StoredToken {
  id: number;
  name: string;
  role: Role;
  /** null: all clusters */
  cluster: string | null;
  /** null: any node of the cluster */
  node: string | null;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
}

export type NewToken = Omit<StoredToken, 'id' | 'lastUsedAt'> & { hash: string };

/**
 * Everything the collector keeps. Each promise of a write resolves only after its commit is on
 * disk. Statements stand behind this interface and nowhere else.
 */
export interface Store {
  deliver(delivery: Delivery): Promise<Receipt>;
  /** names of the clusters that have a report or a policy, sorted */
  clusters(): Promise<string[]>;
  /** the newest report of each node by the time it was collected, sorted by node */
  current(cluster: string): Promise<CurrentReport[]>;
  /** the JSON of the reports, in the order of the ids */
  bodies(ids: readonly number[]): Promise<string[]>;
  policy(cluster: string): Promise<StoredPolicy | null>;
  putPolicy(cluster: string, policy: StoredPolicy): Promise<void>;
  createToken(token: NewToken): Promise<StoredToken>;
  tokenByHash(hash: string): Promise<StoredToken | null>;
  tokens(): Promise<StoredToken[]>;
  /** false when there is no such token */
  revokeToken(id: number): Promise<boolean>;
  touchToken(id: number, at: Date): Promise<void>;
  /** rejects when the store cannot be read */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The store cannot take or give anything now: full disk, failing disk, locked for too long. */
export class StoreUnavailable extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'StoreUnavailable';
  }
}
