import { known } from '../../evidence.ts';
import type { NetworkFacts } from '../../facts/network.ts';
import { canonicalIp } from '../../ip.ts';

/** The interface that carries an address, however it is spelled; null when none does. */
export function ownerOf(network: NetworkFacts, address: string): string | null {
  const wanted = canonicalIp(address);
  const found = known(network.addresses).find((one) => canonicalIp(one.address) === wanted);
  return found?.interface ?? null;
}
