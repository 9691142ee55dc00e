/** An address as a number, so that two spellings of one address are equal. */
export interface Ip {
  family: 4 | 6;
  value: bigint;
}

/** The IPv4 or IPv6 address that `text` spells, or null when it spells none. */
export function parseIp(text: string): Ip | null {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

/** One spelling for every way to write an address; what is no address stays as it is. */
export function canonicalIp(text: string): string {
  // only IPv6 has several spellings, and a large cluster asks a million times
  const ip = text.includes(':') ? parseIpv6(text) : null;
  return ip === null ? text : formatIpv6(ip.value);
}

/** Whether `address` lies in the subnet that `member` with its prefix length lies in. */
export function inSubnet(address: string, member: string, prefixLength: number): boolean {
  const [a, b] = [parseIp(address), parseIp(member)];
  if (a === null || b === null || a.family !== b.family) return false;
  const hostBits = BigInt((a.family === 4 ? 32 : 128) - prefixLength);
  return hostBits >= 0n && a.value >> hostBits === b.value >> hostBits;
}

/** The subnet of an address, such as `192.0.2.0/24`, or null when there is no such address. */
export function networkOf(address: string, prefixLength: number): string | null {
  const ip = parseIp(address);
  const hostBits = BigInt((ip?.family === 4 ? 32 : 128) - prefixLength);
  if (ip === null || hostBits < 0n) return null;
  const value = (ip.value >> hostBits) << hostBits;
  return `${ip.family === 4 ? formatIpv4(value) : formatIpv6(value)}/${prefixLength}`;
}

/** The address and length of a prefix such as `10.0.0.0/24`, or null when it is none. */
export function parsePrefix(text: string): { address: string; prefixLength: number } | null {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text);
  const address = match?.[1] ?? '';
  const ip = parseIp(address);
  const prefixLength = Number(match?.[2]);
  if (ip === null || prefixLength > (ip.family === 4 ? 32 : 128)) return null;
  return { address, prefixLength };
}

function parseIpv4(text: string): Ip | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  // A leading zero means octal to some readers and decimal to others: no address.
  const valid = parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
  if (!valid) return null;
  return { family: 4, value: parts.reduce((value, part) => value * 256n + BigInt(part), 0n) };
}

function parseIpv6(text: string): Ip | null {
  const halves = withoutEmbeddedIpv4(text)?.split('::');
  if (halves === undefined || halves.length > 2) return null;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  const value = groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
  return { family: 6, value };
}

/** `::ffff:192.0.2.1` ends with an IPv4 address, which stands for its last two groups. */
function withoutEmbeddedIpv4(text: string): string | undefined {
  if (!text.includes('.')) return text;
  const start = text.lastIndexOf(':') + 1;
  const ip = parseIpv4(text.slice(start));
  if (ip === null) return undefined;
  const groups = [ip.value >> 16n, ip.value & 0xffffn].map((group) => group.toString(16));
  return `${text.slice(0, start)}${groups.join(':')}`;
}

function formatIpv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
}

function formatIpv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  const zeros = [...groups.join(':').matchAll(/\b0(?::0)+\b/g)].map((match) => match[0]);
  const longest = zeros.sort((a, b) => b.length - a.length)[0];
  if (longest === undefined) return groups.join(':');
  const text = groups.join(':');
  const at = text.search(new RegExp(`\\b${longest}\\b`));
  const [head, tail] = [text.slice(0, at), text.slice(at + longest.length)];
  return `${head.replace(/:$/, '')}::${tail.replace(/^:/, '')}`;
}
