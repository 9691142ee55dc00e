import { KIB } from '../shared/units.ts';
import { ParseError } from './host/host.ts';

/** The lines of a text without their line ends; binary data is a ParseError that names `what`. */
export function textLines(text: string, what: string): string[] {
  if (text.includes('\0')) throw new ParseError(`${what}: binary data where text was expected`);
  return text.split(/\r?\n/);
}

/** `key: value` lines in their order, both trimmed; empty lines are left out. */
export function keyValueLines(text: string, what: string): [key: string, value: string][] {
  return textLines(text, what)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const colon = line.indexOf(':');
      if (colon < 1) throw new ParseError(`${what}: expected "key: value", found ${quote(line)}`);
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    });
}

/** The numbers of a kernel list such as `0-3,8`; an empty text is an empty list. */
export function parseCpuList(text: string, what: string): number[] {
  // Some kernels end the lists of a CPU's topology with a NUL after the newline.
  const list = text.replace(/\0$/, '').trim();
  if (list === '') return [];
  const numbers: number[] = [];
  for (const part of list.split(',')) {
    for (const number of rangeOf(part, what)) numbers.push(number);
    if (numbers.length > MAX_LIST_NUMBER + 1) {
      throw new ParseError(`${what}: a list of more numbers than there are`);
    }
  }
  return numbers;
}

/** Bytes of a kernel size such as `24684092 kB`, where kB means 1024 bytes. */
export function parseKernelSize(text: string, what: string): number {
  const match = /^(\d{1,12}) kB$/.exec(text);
  if (!match) throw new ParseError(`${what}: expected a size in kB, found ${quote(text)}`);
  return Number(match[1]) * KIB;
}

/** A whole number in decimal digits, and nothing else. */
export function parseWhole(text: string, what: string): number {
  const digits = text.trim();
  if (!/^\d{1,15}$/.test(digits)) {
    throw new ParseError(`${what}: expected a whole number, found ${quote(text)}`);
  }
  return Number(digits);
}

/** The beginning of an unexpected text, in quotes, for a message. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

/** No kernel has more CPUs than this (NR_CPUS of x86 ends at 8192): a longer list is damage. */
const MAX_LIST_NUMBER = 65_535;

function rangeOf(part: string, what: string): number[] {
  const match = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (!match || last < first || last > MAX_LIST_NUMBER) {
    throw new ParseError(`${what}: expected a list such as 0-3,8, found ${quote(part)}`);
  }
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
