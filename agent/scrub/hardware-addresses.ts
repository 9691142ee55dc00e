import { hex, matches, type Replacements, type Source } from './replacements.ts';

/** Six octets of Ethernet; eight and twenty of InfiniBand. */
const COLONS = /(?<![\w:])(?:[0-9a-f]{2}:){5,19}[0-9a-f]{2}(?![\w:])/gi;
/** A bridge's identifier: `8000.525400123456` in sysfs, `8000.52:54:0:12:34:56` in `ip -d`. */
const BRIDGE = /(?<![\w.])[0-9a-f]{4}\.((?:[0-9a-f]{1,2}:){5}[0-9a-f]{1,2}|[0-9a-f]{12})(?!\w)/gi;
/** Link-layer addresses in the lower half of an IPv6 address (RFC 4291, appendix A). */
const EUI64 = /:([0-9a-f]{1,4}:[0-9a-f]{0,2}ff:fe[0-9a-f]{2}:[0-9a-f]{1,4})(?![\w:])/gi;

/** MAC addresses in all their spellings, `enx…` names of interfaces included. */
export function hardwareAddresses(sources: readonly Source[]): Replacements {
  const bridges = matches(sources, BRIDGE).map(octetsOf);
  const hosts = matches(sources, EUI64).map(octetsOfEui64);
  const found = [...matches(sources, COLONS).map(octetsOf), ...bridges, ...hosts]
    .map((octets) => octets.join(':'))
    .filter(isOneDevice);
  const distinct = [...new Set(found)].sort();
  return {
    words: new Map(distinct.flatMap((address, index) => spellings(address, index + 1))),
    notAfter: '[0-9A-Fa-f:]',
    notBefore: '[0-9A-Fa-f:]',
  };
}

/** The octets of the MAC address in the last four groups of an IPv6 address, unpadded or not. */
export function octetsOfEui64(groups: string): string[] {
  const digits = groups
    .split(':')
    .map((group) => group.padStart(4, '0'))
    .join('');
  const octets = (digits.toLowerCase().match(/../g) ?? []).filter((_, at) => at !== 3 && at !== 4);
  // The bit that says "locally administered" is inverted in the IPv6 address.
  return octets.map((octet, at) => (at === 0 ? hex(Number.parseInt(octet, 16) ^ 2, 2) : octet));
}

function octetsOf(text: string): string[] {
  const lower = text.toLowerCase();
  return lower.includes(':')
    ? lower.split(':').map((octet) => octet.padStart(2, '0'))
    : (lower.match(/../g) ?? []);
}

/** Neither none, nor broadcast, nor a group: only such an address tells of one device. */
function isOneDevice(address: string): boolean {
  if (/^(00:?)+$/.test(address)) return false;
  const isEthernet = address.length === 17;
  return !isEthernet || Number.parseInt(address.slice(0, 2), 16) % 2 === 0;
}

function spellings(address: string, number: number): [string, string][] {
  const octets = address.split(':');
  const count = hex(number, 6).match(/../g) ?? [];
  const replacement = ['02', ...Array(octets.length - 4).fill('00'), ...count];
  const forms = [
    (list: string[]) => list.join(':'),
    (list: string[]) => list.join('-'),
    (list: string[]) => list.join(''),
    (list: string[]) => list.map((octet) => octet.replace(/^0/, '')).join(':'),
  ];
  return forms.flatMap((form): [string, string][] => [
    [form(octets), form(replacement)],
    [form(octets).toUpperCase(), form(replacement).toUpperCase()],
  ]);
}
