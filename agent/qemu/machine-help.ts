import type { MachineType } from '../../shared/facts/qemu.ts';
import { ParseError } from '../host/host.ts';
import { quote, textLines } from '../parse.ts';

/** The machine types that `qemu-system-x86_64 -machine help` lists, in its order. */
export function parseMachineHelp(text: string): MachineType[] {
  const lines = textLines(text, WHAT);
  const header = lines.indexOf('Supported machines are:');
  if (header < 0) throw new ParseError(`${WHAT}: the header is missing`);
  if (!text.endsWith('\n')) throw new ParseError(`${WHAT}: cut off in the middle of a line`);
  const machines = lines
    .slice(header + 1)
    .filter((line) => line.trim() !== '')
    .map(machineOf);
  if (machines.length === 0) throw new ParseError(`${WHAT}: no machine below the header`);
  return machines;
}

const WHAT = '-machine help';

function machineOf(line: string): MachineType {
  const match = /^([A-Za-z0-9][\w.+-]*)\s+(.*)$/.exec(line);
  const [, name, text] = match ?? [];
  if (!name || text === undefined) {
    throw new ParseError(`${WHAT}: expected a machine, found ${quote(line)}`);
  }
  const notes = /(?: \((?:alias of [^()\s]+|default|deprecated)\))*$/.exec(text)?.[0] ?? '';
  return {
    name,
    aliasOf: /\(alias of ([^()\s]+)\)/.exec(notes)?.[1] ?? null,
    isDefault: notes.includes('(default)'),
    deprecated: notes.includes('(deprecated)'),
  };
}
