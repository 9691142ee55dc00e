import type { NetworkFacts } from '../../facts/network.ts';
import { listed } from '../../wording.ts';
import { type Claim, uplinksOf } from './boot-claims.ts';

/** In what an interface would be another one after the next boot, and what could not be told. */
export interface Differences {
  differences: string[];
  unclear: string[];
}

/** The device itself: its ports and settings as a bridge or bond, and its MTU. */
export function deviceDifferences(network: NetworkFacts, claim: Claim): Differences {
  const all = [
    bridgeDifferences(network, claim),
    bondDifferences(network, claim),
    { differences: mtuDifferences(network, claim), unclear: [] },
  ];
  return {
    differences: all.flatMap(({ differences }) => differences),
    unclear: all.flatMap(({ unclear }) => unclear),
  };
}

const NONE: Differences = { differences: [], unclear: [] };

function bridgeDifferences(network: NetworkFacts, claim: Claim): Differences {
  const { interface: name, ports, stp, forwardDelayMs, vlanAware } = claim;
  const now = network.bridges.find((bridge) => bridge.name === name);
  if (claim.kind !== 'bridge' || now === undefined) return NONE;
  const settings: [what: string, is: string | null, planned: string | null][] = [
    [`STP of ${name}`, shown(now.stp), shown(stp)],
    [`VLAN filtering of ${name}`, shown(now.vlanFiltering), shown(vlanAware)],
    [`forward delay of ${name}`, inMs(now.forwardDelayMs), inMs(forwardDelayMs)],
  ];
  const members = memberDifferences(name, now.ports && uplinks(network, now.ports, ports), ports);
  return {
    differences: [
      ...members.differences,
      ...settings
        .filter(([, is, planned]) => is !== null && planned !== null && is !== planned)
        .map(([what, is, planned]) => `${what} is ${is} now, ${planned} at boot`),
    ],
    unclear: [
      ...members.unclear,
      ...settings.filter(([, is]) => is === null).map(([what]) => `the ${what} is not known`),
    ],
  };
}

/** A port that the files name counts, whatever its kind is. */
function uplinks(network: NetworkFacts, now: string[], named: string[] | null): string[] {
  const own = uplinksOf(network, now);
  return now.filter((port) => own.includes(port) || named?.includes(port));
}

function shown(value: boolean | null): string | null {
  if (value === null) return null;
  return value ? 'on' : 'off';
}

function inMs(value: number | null): string | null {
  return value === null ? null : `${value} ms`;
}

function bondDifferences(network: NetworkFacts, claim: Claim): Differences {
  const { interface: name, bondMode: mode, ports } = claim;
  if (claim.kind !== 'bond') return NONE;
  if (network.bonds?.status !== 'ok') return { differences: [], unclear: ['bonds are not known'] };
  const now = network.bonds.value.find((bond) => bond.name === name);
  if (now === undefined) return { differences: [`${name} is no bond now`], unclear: [] };
  const members = memberDifferences(
    name,
    now.slaves.map((slave) => slave.name),
    ports,
  );
  const runs = kernelModes.get(now.mode) ?? now.mode;
  if (mode === null || runs === mode) return members;
  const difference = `the mode of ${name} is ${runs} now, ${mode} at boot`;
  return { ...members, differences: [...members.differences, difference] };
}

/** The words of /proc/net/bonding for the modes that files know by a short name. */
const kernelModes: ReadonlyMap<string, string> = new Map([
  ['load balancing (round-robin)', 'balance-rr'],
  ['fault-tolerance (active-backup)', 'active-backup'],
  ['load balancing (xor)', 'balance-xor'],
  ['fault-tolerance (broadcast)', 'broadcast'],
  ['IEEE 802.3ad Dynamic link aggregation', '802.3ad'],
  ['transmit load balancing', 'balance-tlb'],
  ['adaptive load balancing', 'balance-alb'],
]);

function memberDifferences(name: string, now: string[] | null, then: string[] | null): Differences {
  if (now === null) return { differences: [], unclear: [`the ports of ${name} are not known`] };
  if (then === null) {
    return { differences: [], unclear: [`how the files name the ports of ${name} is not known`] };
  }
  const lost = now.filter((port) => !then.includes(port));
  const gained = then.filter((port) => !now.includes(port));
  return {
    differences: [
      ...(lost.length > 0 ? [`${listed(lost)} is in ${name} now, not at boot`] : []),
      ...(gained.length > 0 ? [`${listed(gained)} is in ${name} at boot, not now`] : []),
    ],
    unclear: [],
  };
}

/** Of Ethernet, when nothing else is stated. */
const DEFAULT_MTU_BYTES = 1500;

function mtuDifferences(network: NetworkFacts, claim: Claim): string[] {
  const { interface: name, kind, method, mtuBytes } = claim;
  const now = network.interfaces.find((one) => one.name === name);
  // A port takes the MTU of its bond or bridge in some cases, DHCP may bring one of its own
  const isOwn = now?.master === null && kind === 'plain' && method !== 'dhcp';
  const then = mtuBytes ?? (isOwn ? DEFAULT_MTU_BYTES : null);
  if (now === undefined || then === null || now.mtuBytes === then) return [];
  return [`the MTU of ${name} is ${now.mtuBytes} bytes now, ${then} at boot`];
}
