import type { NodeEvidence } from '../../../collector/cluster/cpu/evidence.ts';
import { modelTables } from '../../../shared/cpu/model-tables.ts';
import type { HostEvidence } from '../../../shared/cpu/runnable.ts';
import type { MachineType } from '../../../shared/facts/qemu.ts';
import { type Policy, policySchema } from '../../../shared/policy.ts';
import { cpuFacts, evidence, noQemu, osFacts, qmpAnswered } from '../../shared/cpu/hosts.ts';

export interface NodeSketch {
  vendor?: string;
  /** family, model and stepping of a generation we know */
  cpu?: [family: number, model: number, stepping: number];
  /** what KVM offers: the features of this model … */
  like: string;
  more?: string[];
  less?: string[];
  /** short version of one of our tables */
  qemu?: string;
  machines?: MachineType[];
}

/** A node whose QEMU answered: it offers what a model has, more or less. */
export function provenNode(node: string, sketch: NodeSketch): NodeEvidence {
  return { node, absent: null, host: provenHost(sketch) };
}

function provenHost(sketch: NodeSketch): HostEvidence {
  const { vendor = 'GenuineIntel', cpu = [6, 85, 4], like, qemu = '7.2' } = sketch;
  const [family, model, stepping] = cpu;
  const table = modelTables.find((one) => one.qemu.startsWith(`${qemu}.`));
  const features = new Set([...featuresOf(like), ...(sketch.more ?? [])]);
  for (const name of sketch.less ?? []) features.delete(name);
  const usable = (table?.models ?? []).map((one) => {
    return [one.name, [...one.features].filter((name) => !features.has(name))] as const;
  });
  return evidence({
    cpu: cpuFacts({ vendor, family, model, stepping }),
    os: osFacts('6.1.0-18-amd64'),
    kvm: null,
    qemu: qmpAnswered({
      version: table?.qemu ?? qemu,
      usable: Object.fromEntries(usable),
      host: [...features],
      identity: { vendor, family, model, stepping, level: 22, 'model-id': like, 'phys-bits': 46 },
      machines: sketch.machines ?? [...(table?.machines ?? [])],
    }),
  });
}

/** A node without QEMU, whose kernel shows these flags. */
export function shownNode(node: string, flags: string[]): NodeEvidence {
  const cpu = cpuFacts({
    vendor: 'GenuineIntel',
    family: 6,
    model: 85,
    stepping: 4,
    flags,
    bugs: [],
  });
  const os = osFacts('6.1.0-18-amd64');
  return { node, absent: null, host: evidence({ cpu, os, qemu: noQemu() }) };
}

/** A node that told nothing. */
export function silentNode(node: string): NodeEvidence {
  return { node, absent: 'no report', host: evidence({}) };
}

/** A policy with these hypervisor parameters and node groups. */
export function policyWith(given: {
  hvparams?: Record<string, string>;
  groups?: Record<string, string>;
}): Policy {
  const groups = Object.entries(given.groups ?? {});
  return policySchema.parse({
    hvparams: given.hvparams ?? {},
    nodes: groups.map(([name, group]) => ({ name, group })),
  });
}

/** Every feature of a model of our tables. */
export function featuresOf(name: string): Set<string> {
  const model = modelTables.flatMap(({ models }) => models).find((one) => one.name === name);
  if (!model) throw new Error(`no model ${name}`);
  return new Set(model.features);
}
