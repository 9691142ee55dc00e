/** The deepest report of the schema has 9 levels. */
export const DEPTH_LIMIT = 32;
/** A report of a large node has some 3,000 keys in all. */
export const KEYS_LIMIT = 100_000;
/** The longest lists are volumes and addresses: thousands on the largest of nodes. */
export const MEMBERS_LIMIT = 20_000;
/** Long strings are messages and flag lists: a few kB. */
export const STRING_LIMIT_BYTES = 64 * 1024;
/** No number of 64 bits needs more than 24 characters. */
export const NUMBER_LIMIT_BYTES = 40;

/** What a JSON text is before anything of it is built. */
export interface Measured {
  /** which limit it breaks, in words; null: none */
  trouble: string | null;
  /** keys of all its objects; right when the text is JSON */
  keys: number;
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [ARRAY, ARRAY_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d];
const [MINUS, ZERO, NINE] = [0x2d, 0x30, 0x39];

/** Goes once over the bytes of a JSON text and stops at the first limit that it breaks. */
export function measureJson(json: Uint8Array): Measured {
  /** members seen so far of each array and object that is open, less one */
  const open: number[] = [];
  let keys = 0;
  const broken = (trouble: string) => ({ trouble, keys });

  for (let index = 0; index < json.length; index++) {
    const byte = json[index] ?? 0;
    if (byte === QUOTE) {
      const end = endOfString(json, index);
      if (end - index - 1 > STRING_LIMIT_BYTES) {
        return broken(`has a string of more than ${STRING_LIMIT_BYTES} bytes`);
      }
      index = end;
    } else if (byte === COMMA) {
      const members = (open.pop() ?? 0) + 1;
      open.push(members);
      if (members >= MEMBERS_LIMIT) {
        return broken(`has more than ${MEMBERS_LIMIT} members in one place`);
      }
    } else if (byte === COLON) {
      keys += 1;
      if (keys > KEYS_LIMIT) return broken(`has more than ${KEYS_LIMIT} keys`);
    } else if (byte === ARRAY || byte === OBJECT) {
      open.push(0);
      if (open.length > DEPTH_LIMIT) return broken(`is nested more than ${DEPTH_LIMIT} deep`);
    } else if (byte === ARRAY_END || byte === OBJECT_END) {
      open.pop();
    } else if (byte === MINUS || isDigit(byte)) {
      const end = endOfNumber(json, index);
      if (end - index > NUMBER_LIMIT_BYTES) {
        return broken(`has a number of more than ${NUMBER_LIMIT_BYTES} characters`);
      }
      index = end - 1;
    }
  }
  return { trouble: null, keys };
}

/** How many keys the objects of a parsed JSON have, and whether one is `__proto__`. */
export function countKeys(value: unknown): { keys: number; prototype: boolean } {
  if (typeof value !== 'object' || value === null) return { keys: 0, prototype: false };
  const names = Array.isArray(value) ? [] : Object.keys(value);
  let keys = names.length;
  let prototype = names.includes('__proto__');
  for (const member of Object.values(value)) {
    const inner = countKeys(member);
    keys += inner.keys;
    prototype ||= inner.prototype;
  }
  return { keys, prototype };
}

/** Where the closing quote stands, or the end of the text. */
function endOfString(json: Uint8Array, start: number): number {
  let index = start + 1;
  while (index < json.length && json[index] !== QUOTE) index += json[index] === BACKSLASH ? 2 : 1;
  return index;
}

/** The first byte after the number: e, E, +, - and the point belong to it. */
function endOfNumber(json: Uint8Array, start: number): number {
  let index = start + 1;
  while (index < json.length && isOfNumber(json[index] ?? 0)) index += 1;
  return index;
}

function isOfNumber(byte: number): boolean {
  return (
    isDigit(byte) || byte === 0x2e || byte === MINUS || byte === 0x2b || (byte | 0x20) === 0x65
  );
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}
