import type { Membership } from '../../../../shared/facts/ganeti.ts';
import type { Report } from '../../../../shared/report.ts';
import { sampleMembership } from '../../../sample-ganeti.ts';
import { ok, seedReport } from '../../seed-cluster.ts';
import { judged } from '../judging.ts';

/** A change to what a node knows of its cluster. */
export type Change = (member: Membership) => void;

/** The names of the nodes. */
export const [first, second, third] = [1, 2, 3].map((number) => `ganeti0${number}.example.org`);

/** The report of a member of the cluster; of an outsider when there is no membership. */
export function report(number: number, member: Membership | null): Report {
  const base = seedReport(number);
  const facts = { release: ok('3.0.2'), membership: ok(member) };
  return { ...base, sections: { ...base.sections, ganeti: { status: 'ok', facts } } };
}

/** Three members, with a change to the one of a number. */
export function members(changes: Record<number, Change> = {}): Report[] {
  return [1, 2, 3].map((number) => report(number, sampleMembership(number, changes[number])));
}

/** What a check across nodes says of three members, with changes. */
export const reported = (id: string, changes: Record<number, Change>) =>
  judged(id, members(changes));
