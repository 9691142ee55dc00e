import type { HelpModel } from '../../shared/facts/qemu.ts';
import { ParseError } from '../host/host.ts';
import { quote, textLines } from '../parse.ts';

/** The models and the flag names that `qemu-system-x86_64 -cpu help` lists, any release. */
export function parseCpuHelp(text: string): { models: HelpModel[]; flags: string[] } {
  const lines = textLines(text, WHAT);
  const modelsAt = lines.indexOf('Available CPUs:');
  const flagsAt = lines.indexOf('Recognized CPUID flags:');
  if (modelsAt < 0 || flagsAt < modelsAt) {
    throw new ParseError(`${WHAT}: the headers of models and flags are missing, or cut off`);
  }
  if (!text.endsWith('\n\n')) throw new ParseError(`${WHAT}: cut off before its empty last line`);
  const models = lines
    .slice(modelsAt + 1, flagsAt)
    .filter(isNotEmpty)
    .map(modelOf);
  const flags = lines
    .slice(flagsAt + 1)
    .filter(isNotEmpty)
    .flatMap(flagsOf);
  if (models.length === 0 || flags.length === 0) {
    throw new ParseError(`${WHAT}: no models or no flags below their header`);
  }
  return { models, flags: [...new Set(flags)] };
}

const WHAT = '-cpu help';

const MACHINE_ALIAS = '(alias configured by machine type)';

function isNotEmpty(line: string): boolean {
  return line.trim() !== '';
}

/** Up to 8.2 a line begins with "x86 ", since 9.0 with two spaces; long names break the column. */
function modelOf(line: string): HelpModel {
  const match = /^(?:x86 +| {2})([A-Za-z0-9][\w.+-]*)(?:\s+(.*))?$/.exec(line);
  const name = match?.[1];
  if (!name) throw new ParseError(`${WHAT}: expected a model, found ${quote(line)}`);
  return { name, ...notesOf((match[2] ?? '').trim()) };
}

/** RHEL prints two notes on one line: "(alias configured by machine type) (deprecated)". */
function notesOf(text: string): Omit<HelpModel, 'name'> {
  const marked = / ?\(deprecated\)$/;
  const rest = text.replace(marked, '').trim();
  const aliasOf = /^\(alias of (\S+)\)$/.exec(rest)?.[1] ?? null;
  const machineAlias = rest === MACHINE_ALIAS;
  const inBrackets = /\[(?:[^\]]*, )?deprecated(?:, [^\]]*)?\]$/.test(rest);
  return {
    aliasOf,
    machineAlias,
    description: aliasOf || machineAlias ? '' : rest,
    deprecated: marked.test(text) || inBrackets,
  };
}

function flagsOf(line: string): string[] {
  const flags = line.trim().split(/\s+/);
  const odd = flags.find((flag) => !/^[a-z0-9][\w.-]*$/.test(flag));
  if (odd || !line.startsWith('  ')) {
    throw new ParseError(`${WHAT}: expected flag names, found ${quote(line)}`);
  }
  return flags;
}
