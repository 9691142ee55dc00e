import { octetsOfEui64 } from './hardware-addresses.ts';
import { matches, type Replacements, type Source } from './replacements.ts';

const CANDIDATE = /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:]|\.\d)/gi;

/** The range for documentation (RFC 3849), 2001:db8::/32. */
const DOCUMENTATION = [0x2001, 0xdb8];
const LINK_LOCAL = 'fe80:0:0:0';

/**
 * IPv6 addresses by their /64: what shares one still shares one. The lower half stays when it is
 * small, follows the MAC address it was made of, and is numbered otherwise.
 */
export function ipv6Addresses(sources: readonly Source[], hardware: Replacements): Replacements {
  const found = matches(sources, CANDIDATE).flatMap((text) => {
    const groups = groupsOf(text);
    return groups !== null && isOfAHost(groups) ? [{ text, groups }] : [];
  });
  const prefixes = movedPrefixes(found.map(({ groups }) => groups));
  const hosts = movedHosts(
    found.map(({ groups }) => groups),
    hardware,
  );
  return {
    words: new Map(
      found.map(({ text, groups }) => {
        const [prefix, host] = halvesOf(groups);
        const moved = `${prefixes.get(prefix) ?? prefix}:${hosts.get(host) ?? host}`;
        return [text, compressed(moved.split(':'))];
      }),
    ),
    notAfter: '[\\w:.]',
    notBefore: '[\\w:]|\\.\\d',
  };
}

/** The eight groups of an address; null when the text is none, but a time or a name. */
function groupsOf(text: string): number[] | null {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return null;
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...before, ...Array<string>(missing).fill('0'), ...after];
  if (groups.some((group) => group === '')) return null;
  return groups.map((group) => Number.parseInt(group, 16));
}

/** Neither unspecified, loopback nor multicast. */
function isOfAHost(groups: number[]): boolean {
  const isLow = groups.slice(0, 7).every((group) => group === 0) && (groups[7] ?? 0) < 2;
  return !isLow && (groups[0] ?? 0) < 0xff00;
}

function halvesOf(groups: number[]): [string, string] {
  const text = groups.map((group) => group.toString(16));
  return [text.slice(0, 4).join(':'), text.slice(4).join(':')];
}

function movedPrefixes(addresses: number[][]): Map<string, string> {
  const distinct = [...new Set(addresses.map((groups) => halvesOf(groups)[0]))].sort();
  const isKept = (prefix: string) => prefix === LINK_LOCAL || isDocumentation(prefix);
  const kept = new Set(distinct.filter(isKept));
  const free = numbersWithout((n) => kept.has(documentation(n)));
  return new Map(
    distinct.map((prefix) => [prefix, kept.has(prefix) ? prefix : documentation(free())]),
  );
}

function movedHosts(addresses: number[][], hardware: Replacements): Map<string, string> {
  const distinct = [...new Set(addresses.map((groups) => halvesOf(groups)[1]))].sort();
  const next = numbersWithout(() => false);
  return new Map(
    distinct.map((host) => {
      if (host.startsWith('0:0:0:')) return [host, host];
      return [host, eui64(host, hardware) ?? `1:0:0:${next().toString(16)}`];
    }),
  );
}

/** The lower half made of the replaced MAC address; null when it was not made of one. */
function eui64(host: string, hardware: Replacements): string | null {
  if (!/^[^:]+:[^:]*ff:fe[^:]*:[^:]+$/.test(host)) return null;
  const address = hardware.words.get(octetsOfEui64(host).join(':'));
  if (address === undefined) return null;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = address
    .split(':')
    .map((octet) => Number.parseInt(octet, 16));
  const groups = [((a ^ 2) << 8) | b, (c << 8) | 0xff, 0xfe00 | d, (e << 8) | f];
  return groups.map((group) => group.toString(16)).join(':');
}

function documentation(number: number): string {
  return [...DOCUMENTATION, 0, number].map((group) => group.toString(16)).join(':');
}

function isDocumentation(prefix: string): boolean {
  return prefix.startsWith('2001:db8:');
}

function numbersWithout(isTaken: (number: number) => boolean): () => number {
  let number = 0;
  return () => {
    do number++;
    while (isTaken(number));
    return number;
  };
}

/** The longest run of zero groups as `::` (RFC 5952). */
function compressed(groups: string[]): string {
  const text = groups.join(':');
  const runs = [...text.matchAll(/(?<![^:])0(?::0)+(?![^:])/g)].map(([run]) => run);
  const longest = runs.sort((a, b) => b.length - a.length)[0];
  if (longest === undefined) return text;
  const at = text.search(new RegExp(`(?<![^:])${longest}(?![^:])`));
  const head = text.slice(0, at).replace(/:$/, '');
  return `${head}::${text.slice(at + longest.length).replace(/^:/, '')}`;
}
