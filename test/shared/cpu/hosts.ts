import type { HostEvidence, HostModels, NoModels } from '../../../shared/cpu/runnable.ts';
import type { CpuFacts } from '../../../shared/facts/cpu.ts';
import type { OsFacts } from '../../../shared/facts/os.ts';
import type { KvmAnswer, QemuFacts } from '../../../shared/facts/qemu.ts';
import type { Failure } from '../../../shared/reading.ts';

/** What a test says of a CPU; the rest is as unremarkable as can be. */
export interface CpuSketch {
  vendor: string;
  family: number;
  model: number;
  stepping?: number | null;
  flags?: readonly string[];
  bugs?: readonly string[] | null;
  vulnerabilities?: Record<string, string> | null;
  microcode?: string | null;
}

const notRead: Failure = { kind: 'denied', message: 'not read in this test', source: null };

/** The facts of a uniform CPU. */
export function cpuFacts(sketch: CpuSketch): CpuFacts {
  const flags = [...(sketch.flags ?? ['lm'])];
  const bugs = sketch.bugs ? [...sketch.bugs] : null;
  const { vendor, family, model, stepping = 0, microcode = '0x1' } = sketch;
  const vulnerabilities = sketch.vulnerabilities ?? null;
  return {
    architecture: 'x86_64',
    kinds: [
      {
        cpus: [0, 1],
        ...{ vendor, family, model, stepping, microcode, flags, bugs },
        modelName: 'a CPU of this test',
        vmxFlags: null,
        physicalAddressBits: 46,
        virtualAddressBits: 48,
      },
    ],
    differences: [],
    flags: [...flags].sort(),
    vmxFlags: null,
    bugs,
    online: [0, 1],
    offline: [],
    present: [0, 1],
    smt: 'on',
    sockets: 1,
    cores: 2,
    vulnerabilities: vulnerabilities
      ? { status: 'ok', value: vulnerabilities }
      : { status: 'failed', error: notRead },
  };
}

/** The facts of an operating system with this kernel. */
export function osFacts(kernelRelease: string, parameters: string[] = []): OsFacts {
  return {
    id: 'debian',
    versionId: '12',
    codename: 'bookworm',
    prettyName: 'Debian GNU/Linux 12 (bookworm)',
    kernelRelease,
    kernelVersion: null,
    kernelParameters: { status: 'ok', value: parameters },
    packages: { status: 'failed', error: notRead },
  };
}

/** A QEMU that could not be asked over QMP, but lists what it knows. */
export function helpOnly(version: string, names: readonly string[], flags: string[]): QemuFacts {
  const models = names.map((name) => ({
    name,
    aliasOf: null,
    machineAlias: false,
    description: '',
    deprecated: false,
  }));
  return {
    binary: '/usr/bin/qemu-system-x86_64',
    version: { status: 'ok', value: version },
    packageVersion: null,
    cpuHelp: { status: 'ok', value: { models, flags } },
    machineHelp: { status: 'failed', error: notRead },
    kvm: { status: 'failed', error: { ...notRead, message: 'no /dev/kvm in this test' } },
  };
}

/** No QEMU installed. */
export function noQemu(): QemuFacts {
  const failed = { status: 'failed', error: { ...notRead, kind: 'not_found' } } as const;
  return {
    binary: null,
    version: failed,
    packageVersion: null,
    cpuHelp: failed,
    machineHelp: failed,
    kvm: failed,
  };
}

export interface QmpSketch {
  version?: string;
  /** model name to unavailable-features */
  usable: Readonly<Record<string, readonly string[]>>;
  aliases?: Readonly<Record<string, string>>;
  deprecated?: readonly string[];
  /** features of the expansion of host; null: not expanded */
  host?: readonly string[] | null;
  identity?: Record<string, string | number>;
  machines?: KvmAnswer['machines'];
}

/** A QEMU that answered over QMP with KVM. */
export function qmpAnswered(sketch: QmpSketch): QemuFacts {
  const deprecated = new Set(sketch.deprecated);
  const definitions = Object.entries(sketch.usable).map(([name, unavailable]) => ({
    name,
    aliasOf: sketch.aliases?.[name] ?? null,
    unavailable: [...new Set(unavailable)].sort(),
    deprecated: deprecated.has(name),
    migrationSafe: name !== 'host' && name !== 'max',
  }));
  const features = sketch.host?.map((name) => [name, true] as const);
  return {
    ...helpOnly(sketch.version ?? '7.2.22', Object.keys(sketch.usable), []),
    kvm: {
      status: 'ok',
      value: {
        definitions,
        hostStatic: features ? Object.fromEntries(features) : null,
        hostFull: sketch.identity ?? null,
        machines: sketch.machines ?? [],
      },
    },
  };
}

/** Evidence of a host with no facts but those given. */
export function evidence(given: Partial<HostEvidence>): HostEvidence {
  return { cpu: null, kvm: null, qemu: null, os: null, ...given };
}

/** The models of a host of which something is known. */
export function knownModels(models: HostModels | NoModels): HostModels {
  if (models.evidence === 'none') throw new Error(models.reason);
  return models;
}
