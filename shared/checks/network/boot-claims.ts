import { known, unknownBecause } from '../../evidence.ts';
import type { BootInterface, BootManager, NetworkFacts } from '../../facts/network.ts';

/** An interface that one of those that run at boot would make. */
export interface Claim extends BootInterface {
  manager: BootManager['name'];
}

/** What would be made at the next boot, by all that run then; what is disabled makes nothing. */
export function bootClaims(network: NetworkFacts): Claim[] {
  const boot = network.boot ?? unknownBecause('the report does not tell what the next boot makes');
  return boot.flatMap((manager) => {
    const { name, state, interfaces } = manager;
    if (state.status === 'ok' && state.value !== 'enabled') return [];
    const made = known(interfaces);
    if (made.length === 0) return [];
    known(state);
    return made.map((one) => ({ ...one, manager: name }));
  });
}

/** Those that have an interface in their files and do not run at boot, with the reason. */
export function idleClaims(network: NetworkFacts, name: string): string[] {
  return (network.boot ?? []).flatMap((manager) => {
    const { state, interfaces } = manager;
    if (interfaces.status !== 'ok' || state.status !== 'ok' || state.value === 'enabled') return [];
    const own = interfaces.value.find((one) => one.interface === name);
    const why = state.value === 'absent' ? 'not installed' : state.value;
    return own === undefined ? [] : [`${own.source} has it, but ${manager.name} is ${why}`];
  });
}

/** What a claim is known by: the program and the place in its files. */
export function placeOf({ manager, source }: Claim): string {
  return `${manager} (${source})`;
}

/** Kinds of links that guests, containers and laboratories put into a bridge. */
const GUEST_KINDS = new Set(['tun', 'veth', 'macvtap', 'ifb', 'dummy']);

/** Of the ports that a bridge has now those that its configuration should name. */
export function uplinksOf(network: NetworkFacts, ports: readonly string[]): string[] {
  return ports.filter((port) => {
    const kind = network.interfaces.find(({ name }) => name === port)?.kind ?? null;
    return kind === null || !GUEST_KINDS.has(kind);
  });
}

/** The interface with its ports, and theirs, as files and kernel know them. */
export function withPorts(network: NetworkFacts, claims: readonly Claim[], name: string): string[] {
  const names = new Set([name]);
  for (const one of names) {
    const now = network.bridges.find((bridge) => bridge.name === one)?.ports ?? [];
    for (const port of uplinksOf(network, now)) names.add(port);
    for (const claim of claims.filter(({ interface: own }) => own === one)) {
      for (const port of claim.ports ?? []) names.add(port);
    }
  }
  return [...names];
}
