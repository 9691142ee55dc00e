import type { RaidArray } from '../shared/facts/disks.ts';
import { ParseError } from './host/host.ts';
import { parseWhole, quote, textLines } from './parse.ts';

/** The arrays of /proc/mdstat, in its order. */
export function parseMdstat(text: string): RaidArray[] {
  const lines = textLines(text, MDSTAT);
  if (!lines[0]?.startsWith('Personalities :')) {
    throw new ParseError(`${MDSTAT} does not begin with "Personalities"`);
  }
  if (lines.at(-1) !== '') throw new ParseError(`${MDSTAT} ends within a line: cut off`);
  const arrays: RaidArray[] = [];
  for (const line of lines.slice(1)) {
    if (/^(?:unused devices:|$)/.test(line)) continue;
    const current = arrays.at(-1);
    if (/^\S+ : /.test(line)) arrays.push(parseArray(line));
    else if (/^\s/.test(line) && current) addDetail(current, line);
    else throw new ParseError(`${MDSTAT}: unknown line ${quote(line)}`);
  }
  return arrays;
}

const MDSTAT = '/proc/mdstat';

/** `md0 : active (auto-read-only) raid1 sda1[0] sdb1[1](F)` */
function parseArray(line: string): RaidArray {
  const [name = '', , state = '', ...rest] = line.split(/\s+/);
  if (state !== 'active' && state !== 'inactive') {
    throw new ParseError(`${MDSTAT}: expected active or inactive in ${quote(line)}`);
  }
  const words = rest.filter((word) => !word.startsWith('('));
  const level = words.find((word) => !word.includes('[')) ?? null;
  const failed = words.flatMap((word) => /^([^[]+)\[\d+\].*\(F\)/.exec(word)?.[1] ?? []);
  return { name, state, level, wantedCount: null, workingCount: null, failed, action: null };
}

/** `248896 blocks [2/1] [U_]`, and while one runs `[=>…]  recovery =  8.5% (…`. */
function addDetail(array: RaidArray, line: string): void {
  const counts = / \[(\d+)\/(\d+)\] \[[U_]+\]/.exec(line);
  if (counts) {
    array.wantedCount = parseWhole(counts[1] ?? '', MDSTAT);
    array.workingCount = parseWhole(counts[2] ?? '', MDSTAT);
  }
  // IMSM and DDF keep their notes in an array of its own, which never becomes active
  if (/ super external:\w/.test(line)) array.level = 'container';
  const action = /\b(recovery|resync|reshape|check|repair)\s*=\s*(\d+(?:\.\d+)?%|\w+)/.exec(line);
  if (action) array.action = `${action[1]} ${action[2]}`;
}
