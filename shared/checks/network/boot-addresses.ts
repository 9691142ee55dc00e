import type { Address, NetworkFacts } from '../../facts/network.ts';
import { canonicalIp } from '../../ip.ts';
import type { Policy } from '../../policy.ts';
import { listed } from '../../wording.ts';
import type { Claim } from './boot-claims.ts';
import type { Differences } from './boot-devices.ts';

/** Ganeti adds the address of the cluster on its master, with this length unless told otherwise. */
const CLUSTER_ADDRESS_LENGTH = 32;

/** The addresses and the gateway of an interface, now and after the next boot. */
export function addressDifferences(
  network: NetworkFacts,
  claim: Claim,
  policy: Policy,
): Differences {
  const { interface: name, addresses: then, method } = claim;
  if (network.addresses.status !== 'ok') {
    return { differences: [], unclear: [`the addresses of ${name} are not known`] };
  }
  const now = network.addresses.value.filter((one) => one.interface === name);
  const lost = now.filter(
    (one) =>
      // An IPv6 address may come from a router, and DHCP knows what nobody wrote down
      one.family === 'inet' &&
      one.scope === 'global' &&
      method !== 'dhcp' &&
      !isOfCluster(one, policy) &&
      !then.some((text) => isSame(text, one)),
  );
  const gained = then.filter((text) => !now.some((one) => isSame(text, one)));
  return {
    differences: [
      ...lost.map((one) => `${one.address}/${one.prefixLength} is on ${name} now, not at boot`),
      ...(gained.length > 0 ? [`${listed(gained)} is on ${name} at boot, not now`] : []),
      ...gatewayDifference(network, claim),
    ],
    unclear: [],
  };
}

function isOfCluster({ address, prefixLength }: Address, policy: Policy): boolean {
  return prefixLength === CLUSTER_ADDRESS_LENGTH || address === policy.cluster.address;
}

/** A length that the file does not state is taken to be the right one. */
function isSame(text: string, { address, prefixLength }: Address): boolean {
  const [written = '', length] = text.split('/');
  if (canonicalIp(written) !== canonicalIp(address)) return false;
  return length === undefined || Number(length) === prefixLength;
}

/** Without a default route now there is nothing to compare: see network.default-route. */
function gatewayDifference(network: NetworkFacts, { interface: name, gateway }: Claim): string[] {
  if (gateway === null || network.routes.status !== 'ok') return [];
  const now = network.routes.value.filter(
    (route) => route.family === 'inet' && route.destination === 'default' && route.gateway !== null,
  );
  const ways = now.flatMap((route) => (route.interface === name ? (route.gateway ?? []) : []));
  if (now.length === 0 || ways.includes(gateway)) return [];
  const is = listed(now.map((route) => `${route.gateway} on ${route.interface ?? '?'}`));
  return [`the default route is ${is} now, ${gateway} on ${name} at boot`];
}
