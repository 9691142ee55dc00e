import { canonicalFeature } from './cpu/features.ts';
import type { CpuDefinition } from './facts/qemu.ts';

/** A `cpu_type` taken apart: the model, and what is switched on or off beside it. */
export interface ConfiguredCpu {
  /** the whole of it, with plain commas */
  text: string;
  model: string;
  added: string[];
  removed: string[];
  /** `enforce`: QEMU refuses to start when a feature is missing */
  enforced: boolean;
  /** properties with a value, such as `level=13`, and words that are no feature switch */
  properties: string[];
}

/** Takes `Model,+a,-b,c=off,enforce` apart; a comma may carry Ganeti's backslash. */
export function parseCpuType(text: string): ConfiguredCpu {
  const plain = text.replaceAll('\\,', ',');
  const [model = '', ...words] = plain.split(',');
  const cpu: ConfiguredCpu = {
    text: plain,
    model: model.trim(),
    added: [],
    removed: [],
    enforced: false,
    properties: [],
  };
  for (const word of words.map((one) => one.trim()).filter((one) => one !== '')) takeIn(cpu, word);
  return cpu;
}

function takeIn(cpu: ConfiguredCpu, word: string): void {
  const [name = '', value] = word.replace(/^[+-]/, '').split('=', 2);
  const on = switchOf(word, value);
  if (on === null) cpu.properties.push(word);
  else if (name === 'enforce') cpu.enforced = on;
  else if (name !== 'check') (on ? cpu.added : cpu.removed).push(name);
}

/** Whether a word switches something on or off; null when it sets a value instead. */
function switchOf(word: string, value: string | undefined): boolean | null {
  if (word.startsWith('+')) return true;
  if (word.startsWith('-')) return false;
  if (value === undefined) return true;
  if (['on', 'yes', 'true', 'y'].includes(value)) return true;
  return ['off', 'no', 'false', 'n'].includes(value) ? false : null;
}

/** One spelling for the ways to write a feature: `sse4_1`, `sse4-1` and `sse4.1` are one. */
function featureName(text: string): string {
  return canonicalFeature(canonicalFeature(text).replaceAll('_', '-'));
}

/** The features a model misses under KVM once the `removed` ones are left out; null: not said. */
export function missingFeatures(
  definition: CpuDefinition,
  removed: readonly string[],
): string[] | null {
  if (definition.unavailable === null) return null;
  const left = new Set(removed.map(featureName));
  return definition.unavailable.filter((feature) => !left.has(featureName(feature)));
}

/** QEMU takes these on any host, whatever the expansion of `host` shows of them. */
const anywhere = new Set(['topoext', 'ht']);

/** Of the `added` features, those that KVM lacks, and those of which the answer tells nothing. */
export function judgeAdded(
  added: readonly string[],
  host: Record<string, string | number | boolean>,
): { missing: string[]; untold: string[] } {
  const offered = new Map(Object.entries(host).map(([name, value]) => [featureName(name), value]));
  const missing: string[] = [];
  const untold: string[] = [];
  for (const feature of added) {
    const name = featureName(feature);
    const value = offered.get(name);
    if (value === true || anywhere.has(name)) continue;
    // `host` leaves out what cannot migrate (invtsc), and QEMU's own hv- and kvm- enlightenments
    if (value === false && name !== 'invtsc' && !/^(hv|kvm)-/.test(name)) missing.push(feature);
    else untold.push(feature);
  }
  return { missing, untold };
}
