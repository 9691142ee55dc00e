import { SEED } from './runs.ts';
import { isExpected, type Target } from './target.ts';
import { targets } from './targets.ts';

// Part of `npm run fuzz`, and no test: it takes times.

/** Work by the square takes a tenth of a second and more for this; other work a few ms. */
const SHORT_CHARS = 32 * 1024;
const MEASURABLE_MS = 100;
/** A quarter of the length takes a quarter of the time, and by the square a sixteenth. */
const GROWTH_MAX = 9;
/** `npm run fuzz` holds 1 MB to the short one as well: 32 times as long, by the square 1024. */
const LONG_CHARS = 1024 * 1024;
const LONG_GROWTH_MAX = 250;

const FILLERS = [
  ...[' ', '\t', '\n', '0', '9', 'a', 'A', '_', '.', ',', ':', ';', '=', '-', '/', '\\', '"', "'"],
  ...['(', '[', '{', ')', ']', '<', '%', '#', '*', '?', '|', '\0', '\u001b', 'é', '\r', '$', '@'],
  ...['a ', ' a', 'a=', 'a: ', ' (', ' [', '""', '\\"', '0.', '0,', '1-2,', '::', '{"a":', '[['],
  ...['- ', '  ', ' \n', 'a\n', 'a:\n', 'a=b\n', '\\\n', '[a]\n', '* ', '*a', '&a ', '1h', '-a\0'],
];

for (const target of targets) {
  const found = adversaries(target).flatMap((text) => trouble(target, text));
  for (const line of found) process.stdout.write(`${target.name}: ${line}\n`);
  if (found.length > 0) process.exitCode = 1;
}

/** A text that goes on and on, behind and within something that the parser takes. */
interface Adversary {
  before: string;
  filler: string;
  after: string;
}

/** Each filler, and each line of the seed, alone and at a few places of a seed. */
function adversaries(target: Target): Adversary[] {
  const [seed = ''] = target.seeds();
  const short = seed.slice(0, 2000);
  const lines = short.split('\n').slice(0, 12);
  const fillers = [...FILLERS, ...lines.flatMap((line) => [`${line} `, `${line}\n`])];
  const places = [1, 2, 3].map((part) => (SEED * part) % short.length || 0);
  return fillers.flatMap((filler) => [
    { before: '', filler, after: '\n' },
    { before: short, filler, after: '' },
    ...places.map((at) => ({ before: short.slice(0, at), filler, after: short.slice(at) })),
  ]);
}

function trouble(target: Target, adversary: Adversary): string[] {
  const shortMs = fastest(target, adversary, SHORT_CHARS);
  const { before, filler } = adversary;
  const text = `${JSON.stringify(filler)} behind ${JSON.stringify(before.slice(-30))}`;
  if (shortMs >= MEASURABLE_MS) {
    const growth = shortMs / fastest(target, adversary, SHORT_CHARS / 4);
    return growth > GROWTH_MAX ? [`${text}: ${shortMs} ms, ×${growth}`] : [];
  }
  if (shortMs < 2) return [];
  const growth = fastest(target, adversary, LONG_CHARS) / shortMs;
  return growth > LONG_GROWTH_MAX ? [`${text}: 1 MB, ×${growth}`] : [];
}

/** The shortest of three runs that take long, as the machine may have had something else to do. */
function fastest(target: Target, { before, filler, after }: Adversary, chars: number): number {
  const bytes = Buffer.from(before + filler.repeat(Math.ceil(chars / filler.length)) + after);
  const first = onceMs(target, bytes);
  return first < 5 ? first : Math.min(first, onceMs(target, bytes), onceMs(target, bytes));
}

function onceMs(target: Target, bytes: Buffer): number {
  const start = performance.now();
  try {
    target.run(bytes);
  } catch (error) {
    if (!isExpected(error)) throw error;
  }
  return performance.now() - start;
}
