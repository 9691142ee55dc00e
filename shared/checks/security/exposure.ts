import { known } from '../../evidence.ts';
import type { NetworkFacts } from '../../facts/network.ts';
import { canonicalIp, inSubnet } from '../../ip.ts';

/** Networks that nobody outside can send to (RFC 1918, 6598, 3927, 4193, 4291). */
const PRIVATE = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['fc00::', 7],
  ['fe80::', 10],
] as const;

const LOOPBACK = [
  ['127.0.0.0', 8],
  ['::1', 128],
] as const;

const EVERY_ADDRESS = ['', '0.0.0.0', '::', '*'];

/** Whether something that listens on `address` is reached from this machine alone. */
export function isLoopback(address: string): boolean {
  if (address === 'localhost' || address === 'lo') return true;
  return LOOPBACK.some(([prefix, length]) => inSubnet(address, prefix, length));
}

/**
 * Whether `address` may be reached from anywhere: it is public, or stands for every address, or is
 * the name of an interface, and the node has a public one.
 */
export function isPublic(address: string, network: NetworkFacts): boolean {
  if (EVERY_ADDRESS.includes(address) || isName(address))
    return publicAddresses(network).length > 0;
  return isPublicAddress(address);
}

/** The addresses of the node that are in no private network. */
export function publicAddresses(network: NetworkFacts): string[] {
  return known(network.addresses)
    .filter(({ scope }) => scope === 'global')
    .map(({ address }) => address)
    .filter(isPublicAddress);
}

function isPublicAddress(address: string): boolean {
  if (isLoopback(address)) return false;
  return !PRIVATE.some(([prefix, length]) => inSubnet(canonicalIp(address), prefix, length));
}

/** No address has letters other than those of hexadecimal digits with a colon between. */
function isName(address: string): boolean {
  return !address.includes(':') && !/^[\d.]+$/.test(address);
}
