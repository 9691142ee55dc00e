/** A one-time leave to enrol one node, without its secret. */
export interface EnrolmentToken {
  id: number;
  cluster: string;
  node: string;
  createdAt: Date;
  createdBy: string;
  expiresAt: Date;
  usedAt: Date | null;
}

export type NewEnrolmentToken = Pick<EnrolmentToken, 'cluster' | 'node' | 'expiresAt'> & {
  hash: string;
};

export type KeyState = 'pending' | 'active' | 'revoked';

/** The public half of a node's key, and how it came here. */
export interface NodeKey {
  /** SHA-256 of the raw public key, hex */
  id: string;
  cluster: string;
  node: string;
  /** raw, base64 */
  publicKey: string;
  /** see `machineId` of the enrolment request */
  machineId: string;
  state: KeyState;
  /** number of the enrolment; kept by a rotation */
  enrolment: number;
  /** id of the enrolment token it came with */
  token: number;
  enrolledAt: Date;
  /** who made the token */
  enrolledBy: string;
  /** a rotated key goes on for a while, so that nothing is lost between the two */
  validUntil: Date | null;
  lastSeenAt: Date | null;
}

/** What an enrolment brings. */
export interface Enrolment {
  tokenHash: string;
  node: string;
  key: string;
  publicKey: string;
  machineId: string;
  /** whether a person must approve the key first */
  state: 'pending' | 'active';
  at: Date;
}

/** What a change of keys brings. */
export interface Rotation {
  /** id of the key in use */
  from: string;
  to: Pick<NodeKey, 'id' | 'publicKey'>;
  /** until when the key in use goes on */
  validUntil: Date;
}

/** Why an enrolment is refused. */
export type EnrolmentRefusal =
  | { refused: 'unknown_token' | 'expired_token' | 'used_token' | 'wrong_node' }
  /** the name has a key of another machine that is in use */
  | { refused: 'node_exists'; node: string }
  /** another node of the cluster has the same machine id */
  | { refused: 'cloned_machine'; node: string }
  /** the key was used before, by this node or another: a new enrolment needs a new key */
  | { refused: 'key_exists' };
