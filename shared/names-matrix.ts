/** What one node answers for one name. */
export type NameCell =
  | {
      node: string;
      status: 'answered';
      /** as a sorted set; empty: no such name */
      addresses: string[];
      /** `hosts` is a prediction: the agent did not ask, but the hosts file comes first there */
      source: 'resolver' | 'hosts';
    }
  | { node: string; status: 'unknown'; why: string };

/** What every node answers for one name, in the order of the matrix's nodes. */
export interface NameRow {
  name: string;
  /** the address that the policy gives the name, or null when it gives none */
  expected: string | null;
  cells: NameCell[];
}

/** Names × nodes: who resolves what to which address. */
export interface NamesMatrix {
  nodes: string[];
  rows: NameRow[];
}
