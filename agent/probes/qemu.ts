import type { QemuFacts } from '../../shared/facts/qemu.ts';
import { type Host, HostError, ParseError } from '../host/host.ts';
import { quote, textLines } from '../parse.ts';
import { type Probe, reading } from '../probe.ts';
import { answerOf, type Binary, kvmState, type Question } from '../qemu/answers.ts';
import { parseCpuHelp } from '../qemu/cpu-help.ts';
import { parseMachineHelp } from '../qemu/machine-help.ts';
import { parseQmpSession, qmpArguments, qmpInput } from '../qemu/qmp.ts';

/** The QEMU that would run guests: what it knows, and what it can run with KVM on this host. */
export const qemuProbe: Probe<'qemu'> = {
  section: 'qemu',
  timeoutMs: 20_000,
  needsRoot: "what KVM can run, unless the agent's user is of the group kvm",
  async collect(host, policy) {
    const configured = policy.hvparams.kvm_path;
    const candidates = configured === undefined ? DEFAULT_PATHS : [configured];
    const path = await firstFile(host, candidates);
    return path === null ? withoutQemu(candidates) : await factsOf({ host, path });
  },
};

/** Upstream version and package version of the first line of `-version`, any distribution. */
export function parseVersion(text: string): QemuVersion {
  const line = textLines(text, '-version')[0] ?? '';
  // Releases before 2.6 print the copyright on the same line.
  const match = VERSION_LINE.exec(line.split(', Copyright ', 1)[0] ?? '');
  const version = match?.[1];
  if (!version) throw new ParseError(`-version: expected a QEMU version, found ${quote(line)}`);
  return { version, packageVersion: match[2] ?? null };
}

interface QemuVersion {
  version: string;
  packageVersion: string | null;
}

const VERSION_LINE =
  /^QEMU (?:PC )?emulator version (\d+\.\d+(?:\.\d+)*(?:-rc\d+)?)(?: ?\((.+)\))?$/;

/** Ganeti's default first, then where Debian, RHEL 7 and RHEL 8 and later put the binary. */
const DEFAULT_PATHS = [
  '/usr/bin/kvm',
  '/usr/bin/qemu-system-x86_64',
  '/usr/bin/qemu-kvm',
  '/usr/libexec/qemu-kvm',
];

/** Help and version are in the binary: nothing else changes them. */
const nothingElse = async () => null;

const versionQuestion: Question<QemuVersion> = {
  name: 'qemu-version',
  args: ['-version'],
  parse: parseVersion,
  dependsOn: nothingElse,
};

const cpuHelpQuestion: Question<ReturnType<typeof parseCpuHelp>> = {
  name: 'qemu-cpu-help',
  args: ['-cpu', 'help'],
  parse: parseCpuHelp,
  dependsOn: nothingElse,
};

const machineHelpQuestion: Question<ReturnType<typeof parseMachineHelp>> = {
  name: 'qemu-machine-help',
  args: ['-machine', 'help'],
  parse: parseMachineHelp,
  dependsOn: nothingElse,
};

const kvmQuestion: Question<ReturnType<typeof parseQmpSession>> = {
  name: 'qemu-kvm',
  args: qmpArguments,
  input: qmpInput,
  parse: parseQmpSession,
  dependsOn: kvmState,
};

async function firstFile(host: Host, paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    try {
      await host.stat(path);
      return path;
    } catch (error) {
      if (!(error instanceof HostError) || error.kind !== 'not_found') throw error;
    }
  }
  return null;
}

function withoutQemu(candidates: readonly string[]): QemuFacts {
  const message = `no QEMU at ${candidates.join(', ')}`;
  const error = { kind: 'not_found' as const, message, source: candidates[0] ?? null };
  const missing = { status: 'failed' as const, error };
  return {
    binary: null,
    version: missing,
    packageVersion: null,
    cpuHelp: missing,
    machineHelp: missing,
    kvm: missing,
  };
}

async function factsOf(binary: Binary): Promise<QemuFacts> {
  const { path } = binary;
  const [version, cpuHelp, machineHelp, kvm] = await Promise.all([
    reading(`${path} -version`, () => answerOf(binary, versionQuestion)),
    reading(`${path} -cpu help`, () => answerOf(binary, cpuHelpQuestion)),
    reading(`${path} -machine help`, () => answerOf(binary, machineHelpQuestion)),
    reading(`${path} with KVM over QMP`, () => answerWithKvm(binary)),
  ]);
  return {
    binary: path,
    version: version.status === 'ok' ? { ...version, value: version.value.version } : version,
    packageVersion: version.status === 'ok' ? version.value.packageVersion : null,
    cpuHelp,
    machineHelp,
    kvm,
  };
}

async function answerWithKvm(binary: Binary) {
  try {
    return await answerOf(binary, kvmQuestion);
  } catch (error) {
    throw startFailure(error);
  }
}

/** QEMU exits with 1 whatever stops it: the reason is in the first line it prints. */
function startFailure(error: unknown): unknown {
  if (!(error instanceof HostError) || error.kind !== 'exit_code') return error;
  const said = error.result?.stderr.trim().split('\n', 1)[0];
  if (!said) return error;
  return new HostError(startFailureKind(said), error.source, { message: said, cause: error });
}

function startFailureKind(said: string): 'denied' | 'not_found' | 'exit_code' {
  if (said.endsWith('Permission denied')) return 'denied';
  return said.endsWith('No such file or directory') ? 'not_found' : 'exit_code';
}
