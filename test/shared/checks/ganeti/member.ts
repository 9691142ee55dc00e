import type { Membership } from '../../../../shared/facts/ganeti.ts';
import type { GanetiConfig } from '../../../../shared/facts/ganeti-config.ts';
import { sampleMembership } from '../../../sample-ganeti.ts';
import { ok } from '../../../sample-report.ts';

/** A change to what a node knows of its cluster. */
export type Change = (member: Membership) => void;

/** The section of node `number` of the sample's cluster. */
export const node = (number: number, change?: Change) => ({
  ganeti: { facts: { membership: ok(sampleMembership(number, change)) } },
});

/** The section of its master. */
export const master = (change?: Change) => node(1, change);

/** The same, with a change to the configuration it holds. */
export const configured = (change: (config: GanetiConfig) => void) =>
  master(({ master: own }) => {
    if (own?.config.status === 'ok') change(own.config.value);
  });
