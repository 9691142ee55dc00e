import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { canonicalFeature } from '../../../shared/cpu/features.ts';
import { cpuModel } from '../../../shared/cpu/model-tables.ts';
import {
  type HostEvidence,
  type HostModels,
  judgeModels,
  predictModels,
} from '../../../shared/cpu/runnable.ts';
import { captures, describeWith, reference } from '../../requirements.ts';
import { cpuFacts, evidence, helpOnly, knownModels, osFacts } from './hosts.ts';
import {
  type Caps,
  caps,
  type Machine,
  machines,
  proven,
  provenCaps,
  shown,
} from './reference-machines.ts';

/** A machine whose own QEMU told its verdicts, and what its kernel showed. */
interface Case {
  name: string;
  usable: Readonly<Record<string, readonly string[]>>;
  proven: HostEvidence;
  shown: HostEvidence | null;
}

/**
 * Where the prediction says "runnable" and the machine's own QEMU did not, with the reason; these
 * dumps come from other QEMUs and kernels than the ones predicted for. Nothing else may differ.
 */
const explained: Record<string, string> = {
  'Core-i7-8550U Opteron_G2-v1: svm': 'a development QEMU that left svm on in named models',
  'Core-i7-8550U qemu64-v1: svm': 'a development QEMU that left svm on in named models',
  'EPYC-7601-32-Core-ibpb EPYC-v1: rdtscp': 'an old AMD kernel whose KVM hid rdtscp',
  'EPYC-7601-32-Core-ibpb EPYC-v2: rdtscp': 'an old AMD kernel whose KVM hid rdtscp',
  'EPYC-7601-32-Core-ibpb SandyBridge-v1: rdtscp': 'an old AMD kernel whose KVM hid rdtscp',
};

describeWith([captures], 'models on real machines', () => {
  test('the proven path gives exactly the verdict of the QEMU of every machine', () => {
    let compared = 0;
    for (const one of cases()) {
      const models = knownModels(judgeModels(one.proven, '7.2'));
      for (const [model, { verdict, missing }] of models.verdicts) {
        const told = one.usable[models.spellings.get(model) ?? model] ?? ['not listed'];
        const exact = [...new Set(told.map(canonicalFeature))].sort();
        const expected = { verdict: exact.length === 0 ? 'runnable' : 'not', missing: exact };
        expect({ one: one.name, model, verdict, missing }, model).toEqual({
          one: one.name,
          model,
          ...expected,
        });
        compared++;
      }
    }
    expect(compared).toBe(1598);
  });

  test('the computed path rejects nothing wrongly and accepts wrongly what is explained', () => {
    const rules = confusion(predicted);
    const literal = confusion(literally);
    const keys = [...new Set([...Object.keys(rules.counts), ...Object.keys(literal.counts)])];
    const rows = keys.sort().map((key) => [key, rules.counts[key] ?? 0, literal.counts[key] ?? 0]);
    const table = [['QEMU → computed', 'by the rules', 'by literal flag names'], ...rows];
    console.log(table.map((row) => row.join(' | ')).join('\n'));
    expect(rules.counts).toEqual({
      'runnable → runnable': 637,
      'runnable → unknown': 2,
      'not → not': 772,
      'not → runnable': 5,
      'not → unknown': 1,
    });
    expect(rules.wrong).toEqual(Object.keys(explained));
    expect(rules.undecided).toEqual([
      '10.0.0_x86_64+amdsev EPYC-Genoa-v1: amd-psfd no-nested-data-bp stibp-always-on',
      '10.0.0_x86_64+amdsev EPYC-Milan-v2: amd-psfd no-nested-data-bp stibp-always-on',
    ]);
  });
});

function cases(): Case[] {
  const all = [...machines().values()].flatMap((machine): Case[] => {
    const usable = machine.qemu?.usable;
    if (!usable) return [];
    const seen = machine.cpuinfo ? shown(machine) : null;
    return [{ name: machine.name, usable, proven: proven(machine), shown: seen }];
  });
  const dumps = [...caps().values()].map((dump) => ({
    name: dump.name,
    usable: dump.usable,
    proven: provenCaps(dump),
    shown: shownCaps(dump),
  }));
  return [...all, ...dumps];
}

type Prediction = (host: HostEvidence, model: string) => 'runnable' | 'not' | 'unknown' | null;

function confusion(predict: Prediction) {
  const counts: Record<string, number> = {};
  const wrong: string[] = [];
  const undecided: string[] = [];
  for (const one of cases()) {
    const truth = knownModels(judgeModels(one.proven, '7.2'));
    for (const [model, { verdict, missing }] of truth.verdicts) {
      const answer = one.shown && predict(one.shown, model);
      if (answer === null) continue;
      const key = `${verdict} → ${answer}`;
      counts[key] = (counts[key] ?? 0) + 1;
      const line = `${one.name} ${model}`;
      if (key === 'not → runnable') wrong.push(`${line}: ${missing.join(' ')}`);
      if (key === 'runnable → unknown' && one.shown) {
        undecided.push(`${line}: ${verdictOf(one.shown, model)?.unknown.join(' ')}`);
      }
    }
  }
  return { counts, wrong, undecided };
}

const predictions = new WeakMap<HostEvidence, HostModels>();

function verdictOf(host: HostEvidence, model: string) {
  const models = predictions.get(host) ?? knownModels(predictModels(host, '7.2'));
  predictions.set(host, models);
  return models.verdicts.get(model);
}

const predicted: Prediction = (host, model) => verdictOf(host, model)?.verdict ?? null;

/** What most tools do: the names of the model's features among the flags, and nothing else. */
const literally: Prediction = (host, model) => {
  if (!verdictOf(host, model)) return null;
  const flags = new Set(['hypervisor', ...(host.cpu?.flags ?? [])]);
  const features = [...(cpuModel(model)?.features ?? [])];
  return features.every((feature) => flags.has(feature)) ? 'runnable' : 'not';
};

/** The flags of the three hosts of the dumps, from their CPUID, with what came after it. */
function shownCaps(dump: Caps): HostEvidence {
  const { vendor, family, model, stepping } = dump.kvm;
  const flags = flagsOf(dump);
  const bugs = ['spec_store_bypass', ...(vendor === 'GenuineIntel' ? intelBugs : [])];
  const names = Object.keys(dump.usable).filter((name) => !dump.aliases?.[name]);
  return evidence({
    cpu: cpuFacts({ vendor, family, model, stepping, flags, bugs }),
    os: osFacts('6.12.0-1-amd64'),
    qemu: helpOnly(dump.qemuVersion, names, []),
  });
}

const intelBugs = ['cpu_meltdown', 'mds', 'taa'];

function flagsOf({ kvm, qemuVersion }: Caps): string[] {
  if (kvm.model === 17) return genoaFlags();
  const name = kvm.model === 113 ? 'Ryzen-9-3900X-12-Core' : 'Xeon-E3-1245-v5';
  const flags = [...(machine(name).cpuinfo?.flags['6.12'] ?? [])];
  // the Xeon's microcode was newer by then; the Ryzen's kernel took XSAVES away (erratum)
  if (kvm.model !== 113) return [...flags, 'ibrs', 'ibpb', 'stibp', 'ssbd', 'md_clear'];
  const dropped = ['8.2.0', '9.1.0', '10.0.0'].includes(qemuVersion) ? 'xsaves' : '';
  return flags.filter((flag) => flag !== dropped);
}

function machine(name: string): Machine {
  const found = machines().get(name);
  if (!found) throw new Error(`no machine ${name}`);
  return found;
}

function genoaFlags(): string[] {
  const file = JSON.parse(readFileSync(reference('cpu', 'cpuinfo-real.json'), 'utf8')) as {
    cpuid: { name: string; derivedFlags: Record<string, string[]> }[];
  };
  const dump = file.cpuid.find(({ name }) => name === 'cpuid/AMD-19h-Zen4-2xEpyc-9654');
  return dump?.derivedFlags['6.12'] ?? [];
}
