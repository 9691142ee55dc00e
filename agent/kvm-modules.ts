import { type Host, HostError, ParseError } from './host/host.ts';
import { quote, textLines } from './parse.ts';
import { readOptional } from './probe.ts';

/** The modules `kvm` and `kvm_…` that are loaded or built into the kernel, sorted. */
export async function kvmModules(host: Host): Promise<string[]> {
  const loaded = await absentAs('', host.read('/proc/modules', MAX_MODULES_BYTES));
  const known = [...parseModules(loaded), ...(await host.list('/sys/module'))];
  return [...new Set(known)].filter((name) => name === 'kvm' || name.startsWith('kvm_')).sort();
}

/** The parameters of a module, name to value, raw, as far as they may be read. */
export async function moduleParameters(
  host: Host,
  module: string,
): Promise<Record<string, string>> {
  const folder = `/sys/module/${module}/parameters`;
  const parameters: Record<string, string> = {};
  for (const name of await absentAs([], host.list(folder))) {
    const value = await readOptional(host, `${folder}/${name}`);
    if (value !== null) parameters[name] = value.trim();
  }
  return parameters;
}

/** The module names in the text of /proc/modules. */
export function parseModules(text: string): string[] {
  const lines = textLines(text, '/proc/modules').filter((line) => line !== '');
  return lines.map((line) => {
    const name = /^(\S+) \d+ -?\d+ \S+ (?:Live|Loading|Unloading) 0x/.exec(line)?.[1];
    if (!name) throw new ParseError(`/proc/modules: expected a module, found ${quote(line)}`);
    return name;
  });
}

const MAX_MODULES_BYTES = 4 * 1024 * 1024;

/** A kernel without loadable modules has no /proc/modules; one without parameters no folder. */
async function absentAs<T>(absent: T, taken: Promise<T>): Promise<T> {
  try {
    return await taken;
  } catch (error) {
    if (error instanceof HostError && error.kind === 'not_found') return absent;
    throw error;
  }
}
