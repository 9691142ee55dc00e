export const OBJECT = 0x7b;
export const OBJECT_END = 0x7d;
export const ARRAY = 0x5b;
export const ARRAY_END = 0x5d;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const SPACE = 0x20;

/** Past white space, and the commas and colons between values. */
export function pastSpace(json: Buffer, start: number): number {
  let at = start;
  for (; at < json.length; at++) {
    const byte = json[at] ?? 0;
    if (byte > SPACE && byte !== COMMA && byte !== COLON) return at;
  }
  return at;
}

/**
 * Past one value, whatever is in it; never past the end, and in text that is no JSON somewhere.
 * Without recursion: it may be nested deeply.
 */
export function endOfValue(json: Buffer, start: number): number {
  const { length } = json;
  let depth = 0;
  let at = start;
  while (at < length) {
    const byte = json[at];
    if (byte === QUOTE) {
      at = endOfString(json, at);
      if (depth === 0) return at;
    } else if (byte === OBJECT || byte === ARRAY) {
      depth += 1;
      at += 1;
    } else if (byte === OBJECT_END || byte === ARRAY_END) {
      if (depth === 0) return at;
      depth -= 1;
      at += 1;
      if (depth === 0) return at;
    } else if (depth === 0) {
      return endOfScalar(json, at);
    } else {
      at += 1;
    }
  }
  return length;
}

function endOfString(json: Buffer, start: number): number {
  const { length } = json;
  for (let at = start + 1; at < length; at++) {
    const byte = json[at];
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) at += 1;
  }
  return length;
}

function endOfScalar(json: Buffer, start: number): number {
  let at = start;
  for (; at < json.length; at++) {
    const byte = json[at] ?? 0;
    if (byte <= SPACE || byte === COMMA || byte === OBJECT_END || byte === ARRAY_END) return at;
  }
  return at;
}
