import { hex, type Replacements, type Source } from './replacements.ts';

/** Ranges for documentation (RFC 5737), then for benchmarks (RFC 2544), then shared (RFC 6598). */
const DOCUMENTATION = ['192.0.2', '198.51.100', '203.0.113'];
const MORE: [string, number, number][] = [
  ['198', 18, 19],
  ['100', 64, 127],
];

/** Not `qemu-7.2.22.0` nor `6.1.0.13-amd64`, but both ends of a range. */
const QUAD = /(?<![\w.])(?<!(?<!\d)-)(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d|[+~]|-(?!\d+\.\d+\.))/g;

/** What stands before a version: a word for it, or the epoch of a Debian package. */
const BEFORE_VERSION = /(?:version|release|revision|firmware|\bver|\bv)["'\s:=(]*$|(?:^|\s)\d:$/i;
const VERSION_SOURCE = /version|bios|firmware|dpkg-query|modinfo/i;

/**
 * IPv4 addresses by their /24: what shares one still shares one, and the last number stays. A
 * version of four numbers stays, unless the same stands somewhere as an address.
 */
export function ipv4Addresses(sources: readonly Source[]): Replacements {
  const found = sources.flatMap(addressesIn);
  const addresses = [...new Set(found)].filter(isOfAHost);
  const networks = [...new Set(addresses.map(networkOf))].sort((a, b) => rank(a) - rank(b));
  const places = placesFor(networks.length);
  const moved = new Map(networks.map((network, index) => [network, places[index] ?? network]));
  return {
    words: new Map(
      addresses.flatMap((address): [string, string][] => {
        const network = networkOf(address);
        const replacement = (moved.get(network) ?? network) + address.slice(network.length);
        // Time servers are named by their address in hexadecimal too (chrony's reference id).
        return [[address, replacement], ...hexForms(address, replacement)];
      }),
    ),
    notAfter: '[\\w.]',
    notBefore: '\\w|\\.\\d',
  };
}

function addressesIn({ name, text }: Source): string[] {
  if (VERSION_SOURCE.test(name)) return [];
  return [...text.matchAll(QUAD)]
    .filter((match) => !BEFORE_VERSION.test(text.slice(Math.max(0, match.index - 24), match.index)))
    .map(([address]) => address);
}

/** Neither loopback, netmask, multicast nor link-local: those tell nothing and mean something. */
function isOfAHost(address: string): boolean {
  const numbers = address.split('.').map(Number);
  if (numbers.some((number) => number > 255)) return false;
  const [first = 0, second = 0] = numbers;
  return first !== 0 && first !== 127 && first < 224 && !(first === 169 && second === 254);
}

function networkOf(address: string): string {
  return address.slice(0, address.lastIndexOf('.'));
}

function rank(network: string): number {
  return network.split('.').reduce((total, number) => total * 256 + Number(number), 0);
}

function placesFor(count: number): string[] {
  const places = [...DOCUMENTATION];
  for (const [first, from, to] of MORE) {
    for (let second = from; second <= to; second++) {
      for (let third = 0; third <= 255; third++) places.push(`${first}.${second}.${third}`);
    }
  }
  if (count > places.length) throw new Error(`cannot scrub addresses of ${count} networks`);
  return places;
}

function hexForms(address: string, replacement: string): [string, string][] {
  const [from, to] = [hexOf(address), hexOf(replacement)];
  return [
    [from, to],
    [from.toUpperCase(), to.toUpperCase()],
  ];
}

function hexOf(address: string): string {
  return address
    .split('.')
    .map((number) => hex(Number(number), 2))
    .join('');
}
