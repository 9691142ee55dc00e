import fc from 'fast-check';

/** One kind of damage to a text, at a place told as a fraction of its length. */
interface Damage {
  kind: 'flip' | 'cut' | 'remove' | 'repeat' | 'insert' | 'number' | 'line' | 'json' | 'crlf';
  at: number;
  size: number;
  word: string;
}

/** What is put into texts: what breaks numbers, lines, JSON, objects, terminals and pages. */
const WORDS = [
  ...['\0', '\r\n', '\n', '\t', ' ', ':', '=', ',', ';', '#', '"', "'", '\\', '/', '%', '-', '+'],
  ...['{', '}', '[', ']', '(', ')', '<', '>', '|', '*', '&', '!', '$', '`', '$(id)'],
  ...['9'.repeat(20), '9'.repeat(400), '-1', '-0', '1e999', '0x10', '1.5', 'NaN', 'Infinity'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'],
  ...['null', 'true', '[]', '{}', '""', 'unknown', 'n/v', '1,5', 'oui', 'größe', '\u2028'],
  ...['\u001b[31m', '\ufeff', '\ud800', '../..', '<b>', 'x'.repeat(300), ' '.repeat(300)],
  ...['processor : 0', 'oom_kill -1', '0-99999999', '2001:db8::1/200', '300.1.1.1', '&a *a'],
];

/** Deeper than a stack is, and still JSON. */
export const DEEP = [
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
];

const NOT_UTF8 = Buffer.from([0xff, 0xc0, 0x80, 0xed]);

const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom<Damage['kind'][]>(
    ...(['flip', 'cut', 'remove', 'repeat', 'insert', 'insert', 'number', 'line'] as const),
    ...(['json', 'json', 'crlf'] as const),
  ),
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  size: fc.nat(200),
  word: fc.oneof(fc.constantFrom(...WORDS), fc.string({ unit: 'binary', maxLength: 6 })),
});

/** Any of the seeds with some damage, or with none, or bytes of chance. */
export function damaged(seeds: readonly string[]): fc.Arbitrary<Buffer> {
  const chance = fc.oneof(
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    fc.string({ unit: 'binary', maxLength: 60 }).map((text) => Buffer.from(text)),
    fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text)),
    fc.constantFrom(...WORDS, ...DEEP).map((word) => Buffer.from(word)),
  );
  if (seeds.length === 0) return chance;
  const mutated = fc
    .tuple(fc.constantFrom(...seeds), fc.array(damage, { maxLength: 4 }))
    .map(([seed, damages]) => damages.reduce(applied, Buffer.from(seed)));
  return fc.oneof({ arbitrary: mutated, weight: 9 }, { arbitrary: chance, weight: 1 });
}

function applied(bytes: Buffer, { kind, at, size, word }: Damage): Buffer {
  const start = Math.floor(at * bytes.length);
  const [before, after] = [bytes.subarray(0, start), bytes.subarray(start)];
  switch (kind) {
    case 'flip':
      return Buffer.concat([before, NOT_UTF8.subarray(0, 1 + (size % 4)), after.subarray(1)]);
    case 'cut':
      return before;
    case 'remove':
      return Buffer.concat([before, after.subarray(size)]);
    case 'repeat':
      return Buffer.concat([before, after.subarray(0, size * 4), after]);
    case 'insert':
      return Buffer.concat([before, Buffer.from(word), after]);
    case 'number':
      return Buffer.from(replacedNumber(bytes.toString('utf8'), at, word));
    case 'line':
      return Buffer.from(movedLine(bytes.toString('utf8'), at, size));
    case 'json':
      return changedJson(bytes, { at, size, word });
    case 'crlf':
      return Buffer.from(bytes.toString('utf8').replaceAll('\n', '\r\n'));
  }
}

/** Another text in the place of one of the numbers. */
function replacedNumber(text: string, at: number, word: string): string {
  const numbers = [...text.matchAll(/\d+/g)];
  const chosen = numbers[Math.floor(at * numbers.length)];
  if (chosen === undefined) return text;
  return text.slice(0, chosen.index) + word + text.slice(chosen.index + chosen[0].length);
}

/** One line taken out and put in elsewhere. */
function movedLine(text: string, at: number, size: number): string {
  const lines = text.split('\n');
  const [line = ''] = lines.splice(Math.floor(at * lines.length), 1);
  lines.splice(size % (lines.length + 1), 0, line);
  return lines.join('\n');
}

/** One value of a JSON text replaced by another; QMP has a text on each line. */
function changedJson(bytes: Buffer, { at, size, word }: Omit<Damage, 'kind'>): Buffer {
  const lines = bytes.toString('utf8').split('\n');
  const whole = parsedJson(lines.join('\n'));
  const index = whole === undefined ? size % lines.length : 0;
  const value = whole ?? parsedJson(lines[index] ?? '');
  if (value === undefined) return bytes;
  const target = Math.floor(at * countOf(value));
  const changed = JSON.stringify(replaced(value, { left: target }, ODD[size % ODD.length] ?? word));
  return Buffer.from(whole === undefined ? lines.with(index, changed).join('\n') : changed);
}

const ODD: unknown[] = [
  ...[undefined, null, true, 0, -1, 1.5, 1e300, 2 ** 60, '', [], {}, [null], [[]], 'é\u0000\u001b'],
  ...[
    undefined,
    undefined,
    undefined,
    '1e400',
    '-9',
    JSON.parse('{"__proto__":{"polluted":1}}'),
    { constructor: 1 },
  ],
];

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function countOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((count: number, one) => count + countOf(one), 1);
}

/** The value in which the one that comes when `left` reaches zero is another. */
function replaced(value: unknown, place: { left: number }, other: unknown): unknown {
  if (place.left-- === 0) return other;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => replaced(one, place, other));
  const entries = Object.entries(value).map(([key, one]) => [key, replaced(one, place, other)]);
  return Object.fromEntries(entries);
}
