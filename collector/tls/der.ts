/** Tags of ASN.1 that a certificate needs, as X.690 numbers them. */
const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  generalizedTime: 0x18,
} as const;

/** A value in DER: its tag, its length, its content. */
export function der(tag: keyof typeof tags | number, ...content: Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const number = typeof tag === 'number' ? tag : tags[tag];
  return Buffer.concat([Buffer.from([number, ...lengthOf(body.length)]), body]);
}

/** An object identifier, such as `2.5.4.3`. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der('objectId', Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** A number of any size that is not negative, from its bytes, the highest first. */
export function unsigned(bytes: Uint8Array): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  const shortest = start === -1 ? Buffer.from([0]) : Buffer.from(bytes.subarray(start));
  // a set highest bit would make it negative
  const sign = (shortest[0] ?? 0) >= 0x80 ? [0] : [];
  return der('integer', Buffer.from(sign), shortest);
}

/** Bits in whole bytes, of which the last may have `unused` ones at its end. */
export function bits(bytes: Uint8Array, unused = 0): Buffer {
  return der('bitString', Buffer.from([unused]), bytes);
}

/** An instant to the second, UTC, before the year 10000. */
export function instant(date: Date): Buffer {
  const digits = date.toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return der('generalizedTime', Buffer.from(digits, 'latin1'));
}

/** A value below its number in the context of the structure around it. */
export function context(number: number, form: 'plain' | 'built', ...content: Uint8Array[]): Buffer {
  return der((form === 'built' ? 0xa0 : 0x80) + number, ...content);
}

/** DER between the lines of PEM. */
export function pem(label: string, content: Uint8Array): string {
  const lines =
    Buffer.from(content)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 + bytes.length, ...bytes];
}

function base128(value: number): number[] {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.unshift((rest % 128) + 128);
  }
  return bytes;
}
