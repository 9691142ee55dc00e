import type { Judgement } from '../../check.ts';
import { known } from '../../evidence.ts';
import type { GanetiFacts, MasterFacts, Membership } from '../../facts/ganeti.ts';
import { pass, skip } from '../../judgement.ts';

type Judged = Judgement | Judgement[];

/** What `judge` says of a node in a cluster; of any other the question cannot be asked. */
export function ofMember(ganeti: GanetiFacts, judge: (member: Membership) => Judged): Judged {
  const member = known(ganeti.membership);
  return member === null ? skip('the node is in no cluster') : judge(member);
}

/** What `judge` says of the node that holds itself for the master, which alone knows all. */
export function ofMaster(
  ganeti: GanetiFacts,
  judge: (master: MasterFacts, member: Membership) => Judged,
): Judged {
  return ofMember(ganeti, (member) => {
    if (member.master !== null) return judge(member.master, member);
    return skip(`judged on the master, ${member.ssconf.masterNode}`);
  });
}

/** The faults that were found, or that there is none. */
export function unlessFaulty(faults: Judgement[], message: string): Judgement[] {
  return faults.length > 0 ? faults : [pass(message)];
}

/** Milliseconds from `instant` to the reading of the facts; negative when it lies ahead. */
export function ageMs(instant: string, collectedAt: string): number {
  return Date.parse(collectedAt) - Date.parse(instant);
}
