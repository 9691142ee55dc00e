import { type Check, defineCheck, type Judgement } from '../../check.ts';
import { known, unknownBecause } from '../../evidence.ts';
import type { Bond } from '../../facts/network.ts';
import { fail, pass, skip, warn } from '../../judgement.ts';
import { counted, listed } from '../../wording.ts';

const bond = defineCheck({
  id: 'network.bond',
  title: 'The bonds have all their links',
  why:
    'A bond hides the loss of a link, which is what it is for: the first that is noticed of it ' +
    'is the loss of the second.',
  rules: ['NET-12'],
  needs: ['network'],
  judge({ network }) {
    if (network.bonds === undefined) unknownBecause('the report does not tell of bonds');
    const bonds = known(network.bonds);
    if (bonds.length === 0) return skip('the node has no bond');
    return bonds.map((one) => ({ subject: one.name, ...judgeBond(one) }));
  },
});

function judgeBond({ name, mode, up, aggregatorId, slaves }: Bond): Judgement {
  // loading the driver alone makes an empty bond0
  if (slaves.length === 0) return skip(`${name} has no slave, so nothing runs over it`);
  const found = `${name} (${mode}): ${slaves.map(described).join(', ')}`;
  const working = slaves.filter((slave) => slave.up);
  const remedy = `cat /proc/net/bonding/${name}; look at the cable and the port of the switch`;
  if (!up || working.length === 0) return fail(`${found}; expected every link up`, remedy);
  const faults = [
    ...(working.length < slaves.length ? ['a link is down'] : []),
    ...(slaves.length === 1 ? ['it has a single link'] : []),
    ...foreign(working, aggregatorId),
    ...differing(working),
  ];
  if (faults.length === 0) return pass(found);
  return warn(`${found}; ${faults.join('; ')}`, remedy);
}

type Slave = Bond['slaves'][number];

/** 802.3ad sends nothing over a link that found another partner than the rest. */
function foreign(slaves: readonly Slave[], aggregator: number | null): string[] {
  const others = slaves.filter(({ aggregatorId }) => aggregatorId !== aggregator);
  if (aggregator === null || others.length === 0) return [];
  return [`${listed(others.map(({ name }) => name))} is not in the active aggregator`];
}

function differing(slaves: readonly Slave[]): string[] {
  const speeds = new Set(slaves.flatMap(({ speedMbps }) => speedMbps ?? []));
  return speeds.size > 1 ? ['the links differ in speed'] : [];
}

function described({ name, up, speedMbps, linkFailures }: Slave): string {
  const facts = [
    up ? 'up' : 'down',
    ...(speedMbps === null ? [] : [`${speedMbps} Mbit/s`]),
    ...(linkFailures === 0 ? [] : [counted(linkFailures, 'link failure')]),
  ];
  return `${name} ${facts.join(' ')}`;
}

/** The links that share their work, or stand in for each other. */
export const bondChecks: Check[] = [bond];
