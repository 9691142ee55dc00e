import type { CpuFacts } from '../facts/cpu.ts';
import type { KvmFacts } from '../facts/kvm.ts';
import type { OsFacts } from '../facts/os.ts';
import type { CpuDefinition, KvmAnswer, QemuFacts } from '../facts/qemu.ts';
import { canonicalFeature } from './features.ts';
import { cpuModel, tableFor, versionedName } from './model-tables.ts';
import { type Basis, type Offered, predictOffered } from './offered.ts';
import { parseVersion, type Version } from './versions.ts';

/** What one host tells of its CPU; null: that section is missing or failed. */
export interface HostEvidence {
  cpu: CpuFacts | null;
  kvm: KvmFacts | null;
  qemu: QemuFacts | null;
  os: OsFacts | null;
}

/** `proven` by QEMU with KVM on that node, or `computed` from what its kernel shows. */
export type EvidenceLevel = 'proven' | 'computed';

export interface ModelVerdict {
  verdict: 'runnable' | 'not' | 'unknown';
  /** features the model asks for and the node does not offer */
  missing: string[];
  /** features that could not be decided */
  unknown: string[];
  evidence: EvidenceLevel;
}

/** What one host can run. */
export interface HostModels {
  evidence: EvidenceLevel;
  vendor: string | null;
  /** the QEMU judged against, installed or planned */
  qemu: Version | null;
  /** by versioned name; host and max apart */
  verdicts: ReadonlyMap<string, ModelVerdict>;
  /** the name this QEMU takes for a versioned one; QEMUs before 4.1 know no versions */
  spellings: ReadonlyMap<string, string>;
  deprecated: ReadonlySet<string>;
  /** whether a feature can be added to a model here */
  offered(feature: string): Offered;
}

/** Why nothing can be said of a host. */
export interface NoModels {
  evidence: 'none';
  reason: string;
}

/** Which models a host runs: as QEMU with KVM says there, else predicted from what Linux shows. */
export function judgeModels(host: HostEvidence, planned: string): HostModels | NoModels {
  const answer = host.qemu?.kvm.status === 'ok' ? host.qemu.kvm.value : null;
  if (answer && host.qemu) return provenModels(host, host.qemu, answer);
  return predictModels(host, planned);
}

/** The prediction alone: for a host whose QEMU cannot be asked, or to compare with its answer. */
export function predictModels(host: HostEvidence, planned: string): HostModels | NoModels {
  const { cpu } = host;
  if (cpu === null) return { evidence: 'none', reason: 'no facts about its CPU' };
  if (cpu.flags.length === 0) return { evidence: 'none', reason: 'its CPU shows no flags' };
  const names = knownNames(host.qemu, planned);
  if ('reason' in names) return { evidence: 'none', reason: names.reason };
  const basis = basisOf(host, cpu, names.qemu);
  const offered = remembered((feature) => predictOffered(basis, feature));
  const verdicts = new Map<string, ModelVerdict>();
  for (const name of names.spellings.keys()) verdicts.set(name, predictModel(name, offered));
  return {
    evidence: 'computed',
    vendor: basis.vendor,
    qemu: names.qemu,
    verdicts,
    spellings: names.spellings,
    deprecated: names.deprecated,
    offered: (feature) => (names.flags.has(feature) ? offered(feature) : 'no'),
  };
}

function provenModels(host: HostEvidence, qemu: QemuFacts, answer: KvmAnswer): HostModels {
  const named = nameDefinitions(answer.definitions);
  const verdicts = new Map<string, ModelVerdict>();
  const spellings = new Map<string, string>();
  for (const [name, definition] of named) {
    verdicts.set(name, provenVerdict(definition));
    spellings.set(name, definition.name);
  }
  const deprecated = [...named].filter(([, one]) => one.deprecated).map(([name]) => name);
  return {
    evidence: 'proven',
    vendor: vendorOf(host.cpu) ?? textOf(answer.hostFull?.vendor),
    qemu: versionOf(qemu),
    verdicts,
    spellings,
    deprecated: new Set(deprecated),
    offered: offeredByHost(answer),
  };
}

function provenVerdict({ unavailable }: CpuDefinition): ModelVerdict {
  if (unavailable === null) return verdictOf([], ['(QEMU does not say)'], 'proven');
  const names = unavailable.map((name) => canonicalFeature(name));
  return verdictOf([...new Set(names)].sort(), [], 'proven');
}

function predictModel(name: string, offered: (feature: string) => Offered): ModelVerdict {
  const model = cpuModel(name);
  if (!model) return verdictOf([], ['(a model this version of Muster does not know)'], 'computed');
  const features = [...model.features];
  return verdictOf(
    features.filter((feature) => offered(feature) === 'no'),
    features.filter((feature) => offered(feature) === 'unknown'),
    'computed',
  );
}

function verdictOf(missing: string[], unknown: string[], evidence: EvidenceLevel): ModelVerdict {
  const open = unknown.length > 0 ? 'unknown' : 'runnable';
  return { verdict: missing.length > 0 ? 'not' : open, missing, unknown, evidence };
}

/** Definitions by versioned name; an unversioned name that is no alias is an old QEMU's own. */
function nameDefinitions(definitions: readonly CpuDefinition[]): Map<string, CpuDefinition> {
  const fixed = definitions.filter((one) => one.aliasOf === null && isFixed(one.name));
  const exact = new Set(fixed.map((one) => one.name));
  const named = new Map<string, CpuDefinition>();
  for (const one of fixed) {
    const name = versionedName(one.name);
    if (name === one.name || !exact.has(name)) named.set(name, one);
  }
  return named;
}

function isFixed(name: string): boolean {
  return name !== 'host' && name !== 'max';
}

function offeredByHost(answer: KvmAnswer): (feature: string) => Offered {
  const properties = answer.hostStatic;
  if (properties === null) return () => 'unknown';
  const offered = Object.entries(properties).filter(([, value]) => value === true);
  const names = new Set(offered.map(([name]) => canonicalFeature(name)));
  return (feature) => (names.has(feature) ? 'yes' : 'no');
}

interface KnownNames {
  qemu: Version;
  spellings: ReadonlyMap<string, string>;
  deprecated: ReadonlySet<string>;
  /** the flags the binary takes: a newer one would keep every guest from starting */
  flags: ReadonlySet<string>;
}

function knownNames(qemu: QemuFacts | null, planned: string): KnownNames | { reason: string } {
  if (qemu === null) return { reason: 'no facts about its QEMU' };
  if (qemu.binary === null) return namesOfTable(planned);
  const version = versionOf(qemu);
  if (version === null) return { reason: 'the version of its QEMU is not known' };
  if (qemu.cpuHelp.status !== 'ok') return namesOfTable(version.join('.'));
  const { models, flags } = qemu.cpuHelp.value;
  const definitions = models
    .filter((one) => !one.machineAlias)
    .map((one) => ({ ...one, unavailable: null, migrationSafe: null }));
  const named = nameDefinitions(definitions);
  return {
    qemu: version,
    spellings: new Map([...named].map(([name, one]) => [name, one.name])),
    deprecated: new Set([...named].filter(([, one]) => one.deprecated).map(([name]) => name)),
    flags: flags.length > 0 ? new Set(flags.map(canonicalFeature)) : flagsOfTable(version),
  };
}

function namesOfTable(text: string): KnownNames | { reason: string } {
  const version = parseVersion(text);
  const table = version ? tableFor(version) : undefined;
  if (!version || !table) return { reason: `there is no table of the models of QEMU ${text}` };
  return {
    qemu: version,
    spellings: new Map(table.models.map(({ name }) => [name, name])),
    deprecated: new Set(table.models.filter((one) => one.deprecated).map(({ name }) => name)),
    flags: flagsOfTable(version),
  };
}

function flagsOfTable(version: Version): ReadonlySet<string> {
  return new Set([...(tableFor(version)?.flags ?? [])].map(canonicalFeature));
}

function basisOf(host: HostEvidence, cpu: CpuFacts, qemu: Version): Basis {
  const kind = cpu.kinds[0];
  return {
    vendor: vendorOf(cpu),
    family: kind?.family ?? null,
    model: kind?.model ?? null,
    flags: new Set(cpu.flags),
    bugs: cpu.bugs && new Set(cpu.bugs),
    vulnerabilities: vulnerabilitiesOf(cpu),
    kernel: host.os ? parseVersion(host.os.kernelRelease) : null,
    kernelParameters:
      host.os?.kernelParameters.status === 'ok' ? host.os.kernelParameters.value : null,
    kvmParameters: host.kvm?.parameters ?? {},
    qemu,
  };
}

// The folder stands since 4.15; an empty one tells of a reading that found nothing, not of no bugs.
function vulnerabilitiesOf({ vulnerabilities }: CpuFacts): Record<string, string> | null {
  if (vulnerabilities.status !== 'ok') return null;
  return Object.keys(vulnerabilities.value).length === 0 ? null : vulnerabilities.value;
}

/** The vendor all CPUs of the host agree on, or null. */
export function vendorOf(cpu: CpuFacts | null): string | null {
  const vendors = new Set(cpu?.kinds.map((kind) => kind.vendor));
  return vendors.size === 1 ? ([...vendors][0] ?? null) : null;
}

/** The version of the QEMU installed, or null. */
export function versionOf(qemu: QemuFacts): Version | null {
  return qemu.version.status === 'ok' ? parseVersion(qemu.version.value) : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function remembered(ask: (feature: string) => Offered): (feature: string) => Offered {
  const answers = new Map<string, Offered>();
  return (feature) => {
    const known = answers.get(feature) ?? ask(feature);
    answers.set(feature, known);
    return known;
  };
}
