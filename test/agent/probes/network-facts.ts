import type { Host } from '../../../agent/host/host.ts';
import { networkProbe } from '../../../agent/probes/network.ts';
import {
  type Address,
  type BootInterface,
  type NetworkFacts,
  networkSchema,
  type Route,
} from '../../../shared/facts/network.ts';
import { defaultPolicy } from '../../../shared/policy.ts';

/** What the probe finds on a host, checked against its schema. */
export async function networkFacts(host: Host): Promise<NetworkFacts> {
  return networkSchema.parse(await networkProbe.collect(host, defaultPolicy()));
}

/** The value of a reading that is expected to have one. */
export function known<T>(reading: { status: 'ok'; value: T } | { status: 'failed' }): T {
  if (reading.status === 'failed') throw new Error('the reading failed');
  return reading.value;
}

/** A global IPv4 address of br0, with what differs. */
export function address(change: Partial<Address>): Address {
  const scope = 'global';
  const plain = { interface: 'br0', family: 'inet' as const, prefixLength: 24, scope };
  return { ...plain, address: '192.0.2.5', ...change };
}

/** An IPv4 route over br0, with what differs. */
export function route(destination: string, change: Partial<Route> = {}): Route {
  const nothing = { gateway: null, source: null, metric: null, type: null };
  return { family: 'inet', destination, interface: 'br0', ...nothing, ...change };
}

/** Name, state and interfaces of those that make the network at boot, each in a line. */
export function bootLines(facts: NetworkFacts): string[] {
  return (facts.boot ?? []).map(({ name, state, interfaces }) => {
    const told = interfaces.status === 'ok' ? interfaces.value.map(bootLine) : ['failed'];
    return [`${name} ${state.status === 'ok' ? state.value : 'failed'}`, ...told].join(' | ');
  });
}

function bootLine(one: BootInterface): string {
  const { kind, atBoot, ports, method, addresses, gateway } = one;
  const facts = [kind, atBoot ? 'at boot' : 'not at boot', method, ...addresses];
  const more = [gateway, ports?.length ? `of ${ports.join(' ')}` : null];
  return [one.interface, ...facts, ...more.filter((part) => part !== null)].join(' ');
}
