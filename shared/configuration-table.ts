import {
  type CommandLike,
  type Configurable,
  loadConfiguration,
  settingsOf,
} from './command-line.ts';
import type { ExitName } from './exit.ts';
import type { Io } from './io.ts';
import { visible } from './render/safe.ts';

/** What `config show` is told. */
export interface ShowOptions {
  origin: boolean;
  format: 'text' | 'json';
}

/** Prints every setting as it holds, and with `origin` the place that says so. */
export async function showConfiguration(
  { origin, format }: ShowOptions,
  { program, configurable }: { program: CommandLike; configurable: Configurable },
  io: Io,
): Promise<ExitName> {
  const layer = await loadConfiguration({ program, configurable, io });
  const rows = settingsOf(program, configurable).map(({ key, flag, initial }) => {
    const configured = layer.get(key);
    if (configured !== undefined) return { key, ...configured };
    const value = flag && initial !== null ? initial === 'true' : initial;
    return { key, value, origin: initial === null ? null : 'default' };
  });
  if (format === 'json') {
    const shown = rows.map(({ key, ...rest }) => [key, origin ? rest : rest.value]);
    io.out(`${JSON.stringify(Object.fromEntries(shown), null, 2)}\n`);
    return 'open';
  }
  const lines = rows.map((row) => [
    row.key,
    visible(`${row.value ?? '-'}`),
    row.origin ?? 'not set',
  ]);
  const width = (at: number) => Math.max(...lines.map((cells) => cells[at]?.length ?? 0));
  const [keyWidth, valueWidth] = [width(0), Math.min(WIDE, width(1))];
  for (const [key = '', value = '', from = ''] of lines) {
    const told = origin ? `${value.padEnd(valueWidth)}  ${from}` : value;
    io.out(`${key.padEnd(keyWidth)}  ${told}\n`);
  }
  return 'open';
}

/** A value longer than this pushes its own origin to the right, and no other's. */
const WIDE = 40;
