import { fail, pass, skip, unknown } from '../../../shared/judgement.ts';
import { formatBytes } from '../../../shared/units.ts';
import { counted, listed } from '../../../shared/wording.ts';
import type { Loss } from '../capacity.ts';
import type { ClusterJudgement } from '../cluster-check.ts';
import { type Departure, isOpen, obstaclesOf } from '../maintenance/placement.ts';
import type { NPlusOne } from './n-plus-one.ts';

/** Of each node whether all guests that have a second place could start there. */
export function judgeLoss(losses: readonly Loss[]): ClusterJudgement[] {
  const judged = losses.flatMap(judgeOne);
  if (judged.length > 0) return judged;
  const guests = losses.reduce((sum, { placement }) => sum + placement.departures.length, 0);
  if (guests === 0) return [skip('no guest has a second place')];
  return [pass(`${counted(losses.length, 'node')}, any one of which may be lost`)];
}

const REMEDY = 'hbal -L -X, more memory, or fewer guests; see muster migration for what fits';

function judgeOne({ node, placement }: Loss): ClusterJudgement[] {
  const { departures, packing, unpacked, unclear, rooms } = placement;
  const homeless = departures.filter(({ name }) => unpacked.includes(name));
  const refused = homeless.filter(isRefused);
  const untold = homeless.filter((one) => !refused.includes(one)).map(({ name }) => name);
  const subject = node;
  const faults: ClusterJudgement[] = [];
  if (refused.length > 0) {
    const names = listed(refused.map(({ name }) => name));
    faults.push({ ...fail(`if ${node} is lost no node takes ${names}`, REMEDY), subject });
  }
  if (packing.state === 'too-tight') {
    const { name, bytes } = packing.stuck;
    const room = `no room for ${name} (${formatBytes(bytes)}) beside its other guests`;
    const message = `if ${node} is lost there is ${room}`;
    // evidence that is lacking may hide the room
    const open = departures.some(({ targets }) => targets.some((one) => isOpen(one, rooms)));
    faults.push({ ...(open ? unknown(message) : fail(message, REMEDY)), subject });
  }
  if (packing.state === 'given-up') {
    const message = `if ${node} is lost it is not known where all go: too many ways to try`;
    faults.push({ ...unknown(message), subject });
  }
  const open = [...untold, ...unclear.map(({ name }) => name)];
  if (open.length > 0) {
    const message = `if ${node} is lost, where these go is not known: ${listed(open)}`;
    faults.push({ ...unknown(message), subject });
  }
  return faults;
}

function isRefused({ targets }: Departure): boolean {
  return targets.every((target) => obstaclesOf(target).some(({ verdict }) => verdict === 'not'));
}

/** Of each node whether it holds what one other would bring. */
export function judgeRoom({ short }: NPlusOne, losses: readonly Loss[]): ClusterJudgement[] {
  const untold = new Map(
    losses.flatMap(({ placement }) =>
      [...placement.rooms].flatMap(([name, room]) =>
        room.status === 'failed' ? [[name, room.error.message] as const] : [],
      ),
    ),
  );
  const judged: ClusterJudgement[] = [
    ...short
      .filter(({ node }) => !untold.has(node))
      .map(({ node, from, neededBytes, freeBytes }) => {
        const needs = `${formatBytes(neededBytes)} for the guests of ${from}`;
        const message = `${node} would need ${needs}, and has ${formatBytes(freeBytes)} free`;
        return { ...fail(message, REMEDY), subject: node };
      }),
    ...[...untold].map(([node, why]) => ({ ...unknown(why), subject: node })),
  ];
  return judged.length > 0 ? judged : [pass('every node holds its share')];
}
