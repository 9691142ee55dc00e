/** What is announced of a cluster; the word before the dot is its kind. */
export const eventTypes = [
  'verdict.opened',
  'verdict.closed',
  'verdict.undecided',
  'node.overdue',
  'node.reporting',
  'drift',
  'recommendation.changed',
] as const;

export type EventType = (typeof eventTypes)[number];

/** A change that was announced. */
export interface StoredEvent {
  /** grows from event to event, over all clusters; whoever has read one reads on after it */
  id: number;
  at: Date;
  cluster: string;
  type: EventType;
  /** of a verdict the gate, of a recommendation the group ('' when there is one), else the node */
  subject: string;
  was: string;
  now: string;
  /** why, in lines for a person: deciding findings, sections that changed */
  detail: string[];
}

export type NewEvent = Omit<StoredEvent, 'id' | 'cluster'>;

/** The kinds of what is observed. */
export const observedKinds = ['verdict', 'node', 'drift', 'recommendation'] as const;

export type ObservedKind = (typeof observedKinds)[number];

/** What was announced last of a subject, and what its last rounds showed. */
export interface Announced {
  kind: ObservedKind;
  subject: string;
  /** what was announced last, or stood at the very beginning */
  value: string;
  /** the values of the last rounds, oldest first, from the first on that was another */
  recent: string[];
  /** what the last round was of: the instant of the report, or at which the round was complete */
  round: string;
}

/** The right to do what only one process of all may do, until it ends. */
export interface Lease {
  name: string;
  /** which process; no two have the same */
  holder: string;
  /** grows whenever another holder takes it: what was read in an earlier term may be old */
  term: number;
}

/** How far a target was told. */
export interface Delivered {
  /** id of the last event that it took, or that was given up; 0: none */
  after: number;
  /** how often the one after it failed */
  failures: number;
  /** null: never failed */
  firstFailedAt: Date | null;
  /** not before then */
  nextAt: Date | null;
}

/** What a store keeps so that each change is announced once, however many processes there are. */
export interface EventStore {
  /**
   * Takes the lease, or goes on holding it, until `until`; null: another holder's has not ended at
   * `now`. One statement: no two processes have it at once.
   */
  lease(wanted: Omit<Lease, 'term'>, times: { until: Date; now: Date }): Promise<Lease | null>;
  /** gives it back at once; nothing happens when another has it */
  release(lease: Lease): Promise<void>;
  /** all that is kept of a cluster's subjects */
  announced(cluster: string): Promise<Announced[]>;
  /**
   * Keeps the subjects as they are now, forgets those of `gone`, and adds the events: all of it, or
   * nothing and false when the lease is no longer this one. Ids follow the order of commits.
   */
  announce(lease: Lease, announcement: Announcement): Promise<boolean>;
  /** oldest first, later than `after`, of one cluster or of all */
  events(page: { after: number; cluster?: string; limit: number }): Promise<StoredEvent[]>;
  /** id of the last event; 0: none yet */
  lastEvent(): Promise<number>;
  /** null: the target is new */
  delivered(target: string): Promise<Delivered | null>;
  /** false, and nothing kept, when the lease is no longer this one */
  putDelivered(lease: Lease, target: string, delivered: Delivered): Promise<boolean>;
}

/** What one judgement of a cluster changes of what was announced. */
export interface Announcement {
  cluster: string;
  subjects: readonly Announced[];
  gone: readonly Pick<Announced, 'kind' | 'subject'>[];
  events: readonly NewEvent[];
}
