import { type Check, defineCheck, type Judgement } from '../../check.ts';
import {
  type ConfiguredCpu,
  judgeAdded,
  missingFeatures,
  parseCpuType,
} from '../../configured-cpu.ts';
import { hypervisorOption } from '../../cpu/cpu-type.ts';
import { known, unknownBecause } from '../../evidence.ts';
import type { CpuDefinition, QemuFacts } from '../../facts/qemu.ts';
import { fail, pass, skip, warn } from '../../judgement.ts';
import { nearest } from '../../nearest.ts';
import type { Policy } from '../../policy.ts';

const NOT_SET = 'the policy names no cpu_type; `muster cpu-type` recommends one';

/** QEMU's generic models; Ganeti 3.1 warns of these, and x86-64-v2 systems do not boot on them. */
const generic = new Set(['qemu64', 'qemu32', 'kvm64', 'kvm32']);

const configuredType = defineCheck({
  id: 'cpu.configured-type',
  title: 'The configured cpu_type is a model that QEMU knows',
  why: 'Ganeti hands cpu_type to QEMU unchecked; with a name it does not know no guest starts.',
  rules: ['CPU-07', 'CPU-11', 'CPU-21'],
  consequenceOf: [{ check: 'qemu.present' }],
  needs: ['qemu'],
  judge({ qemu }, policy) {
    const cpu = configuredCpu(policy);
    if (cpu === null) return skip(NOT_SET);
    if (cpu.model === '') return genericModel('cpu_type is empty, so guests get qemu64');
    const models = modelsOf(qemu);
    const deprecated = models.get(cpu.model);
    if (deprecated === undefined) return unknownModel(cpu.model, models.keys());
    if (generic.has(cpu.model.replace(/-v\d+$/, ''))) {
      return genericModel(`cpu_type is ${cpu.model}`);
    }
    if (deprecated) {
      return warn(
        `QEMU on this node marks the configured model ${cpu.model} as deprecated`,
        'move to the model that `muster cpu-type` recommends',
      );
    }
    return pass(`QEMU on this node knows ${cpu.model}`);
  },
});

function configuredCpu(policy: Policy): ConfiguredCpu | null {
  const text = policy.hvparams.cpu_type;
  return text === undefined ? null : parseCpuType(text);
}

/** Exact model name to whether it is deprecated, from QMP and from `-cpu help`. */
function modelsOf(qemu: QemuFacts): Map<string, boolean> {
  requireQemu(qemu);
  const asked = qemu.kvm.status === 'ok' ? qemu.kvm.value.definitions : [];
  const unlisted = asked.length > 0 && qemu.cpuHelp.status === 'failed';
  const help = unlisted ? [] : known(qemu.cpuHelp).models;
  const models = new Map<string, boolean>();
  for (const { name, deprecated } of [...asked, ...help]) {
    models.set(name, deprecated || models.get(name) === true);
  }
  return models;
}

function requireQemu(qemu: QemuFacts): void {
  if (qemu.binary === null) unknownBecause('no QEMU is installed on this node to be asked');
}

function unknownModel(model: string, names: Iterable<string>): Judgement {
  const suggestion = nearest(model, names);
  const hint = suggestion === null ? '' : `; the nearest name is ${suggestion}`;
  return fail(
    `QEMU on this node knows no CPU model "${model}"${hint}`,
    `gnt-cluster modify -H kvm:cpu_type=${suggestion ?? 'MODEL'}, as \`muster cpu-type\` advises`,
  );
}

function genericModel(found: string): Judgement {
  return warn(
    `${found}, which lacks almost all features: systems built for x86-64-v2 or later do not ` +
      'boot on it; expected a named model',
    'gnt-cluster modify -H kvm:cpu_type=MODEL, with the model of `muster cpu-type`',
  );
}

const configuredRunnable = defineCheck({
  id: 'cpu.configured-runnable',
  title: 'KVM on this node can run the configured cpu_type in full',
  why: 'QEMU drops a missing feature with no more than a warning, and the guest then differs.',
  rules: ['CPU-08'],
  consequenceOf: [{ check: 'qemu.present' }, { check: 'virtualisation.kvm' }],
  needs: ['qemu'],
  judge({ qemu }, policy) {
    const cpu = configuredCpu(policy);
    if (cpu === null) return skip(NOT_SET);
    if (cpu.model === '') return skip('cpu_type is empty: see cpu.configured-type');
    requireQemu(qemu);
    const { definitions, hostStatic } = known(qemu.kvm);
    const definition = definitions.find((one) => one.name === cpu.model);
    if (definition === undefined) {
      return skip(`QEMU knows no ${cpu.model}: see cpu.configured-type`);
    }
    const missing = missingFeatures(definition, cpu.removed);
    if (missing === null) unknownBecause(`QEMU does not say what ${cpu.model} lacks here`);
    const added = judgeAdded(cpu.added, hostStatic ?? {});
    const lacking = [...missing, ...added.missing];
    if (lacking.length > 0) return notRunnable(cpu, lacking);
    requireDecidable(cpu, added.untold);
    return pass(`KVM on this node provides every feature of ${cpu.text}`);
  },
});

/** These change what the guest reads, not which features it needs. */
const harmless = /^(vendor|model-id)=/;

function requireDecidable(cpu: ConfiguredCpu, untold: string[]): void {
  const open = [...untold, ...cpu.properties.filter((one) => !harmless.test(one))];
  if (open.length === 0) return;
  unknownBecause(`QEMU's answers do not tell whether this node provides ${open.join(', ')}`);
}

function notRunnable(cpu: ConfiguredCpu, missing: string[]): Judgement {
  const effect = cpu.enforced
    ? 'with enforce the guest does not start here'
    : 'without enforce the guest silently runs without them';
  return fail(
    `KVM on this node does not provide ${missing.join(', ')} of ${cpu.text}; ${effect}`,
    'choose the model of `muster cpu-type`, or take these features off on all nodes',
  );
}

const enforced = defineCheck({
  id: 'cpu.enforced',
  title: 'A missing CPU feature stops the guest rather than changing it',
  why: 'Without enforce two nodes run one cpu_type with different guest CPUs, and nobody is told.',
  rules: ['CPU-12'],
  consequenceOf: [{ check: 'qemu.present' }, { check: 'virtualisation.kvm' }],
  needs: ['qemu'],
  judge({ qemu }, policy) {
    const cpu = configuredCpu(policy);
    if (cpu === null) return skip(NOT_SET);
    if (['', 'host', 'max'].includes(cpu.model)) {
      return skip('without a named model there is nothing to enforce');
    }
    if (cpu.enforced) return pass(`${cpu.text} is enforced`);
    requireQemu(qemu);
    const definition = known(qemu.kvm).definitions.find((one) => one.name === cpu.model);
    if (definition !== undefined && provenRunnable(definition, cpu)) {
      return pass(`${cpu.text} is not enforced, but proven to run in full on this node`);
    }
    return warn(
      `${cpu.text} is not enforced, and not proven to run in full on this node`,
      `gnt-cluster modify -H kvm:${hypervisorOption('cpu_type', `${cpu.text},enforce`)}`,
    );
  },
});

function provenRunnable(definition: CpuDefinition, cpu: ConfiguredCpu): boolean {
  const missing = missingFeatures(definition, cpu.removed);
  return missing?.length === 0 && cpu.added.length === 0 && cpu.properties.length === 0;
}

const configuredVersion = defineCheck({
  id: 'cpu.configured-version',
  title: 'The configured CPU model has a version, or the machine type is fixed',
  why: 'An unversioned name means what the machine type makes of it; only both together stay.',
  rules: ['CPU-18'],
  consequenceOf: [{ check: 'qemu.present' }],
  needs: ['qemu'],
  judge({ qemu }, policy) {
    const cpu = configuredCpu(policy);
    if (cpu === null) return skip(NOT_SET);
    requireQemu(qemu);
    const listed = known(qemu.cpuHelp).models.find((one) => one.name === cpu.model);
    if (listed === undefined) {
      return skip(`-cpu help lists no "${cpu.model}": see cpu.configured-type`);
    }
    if (!listed.machineAlias) return pass(`${cpu.model} means the same with every machine type`);
    const machine = policy.hvparams.machine_version;
    if (machine)
      return pass(`${cpu.model} has no version, but machine_version ${machine} fixes it`);
    // On pc and q35 the unversioned name always means version 1, never the newest
    return warn(
      `${cpu.model} has no version and machine_version is not set; expected one of them`,
      `gnt-cluster modify -H kvm:cpu_type=${cpu.model}-v1, which it means on pc and q35`,
    );
  },
});

/** The configured `cpu_type` against what QEMU on this node answers. */
export const configuredCpuChecks: Check[] = [
  configuredType,
  configuredRunnable,
  enforced,
  configuredVersion,
];
