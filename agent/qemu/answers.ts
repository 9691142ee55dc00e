import { allInOrder } from '../attempts.ts';
import { kindsOf, MAX_CPUINFO_BYTES, parseCpuinfo } from '../cpuinfo.ts';
import { type Host, HostError } from '../host/host.ts';
import { kvmModules, moduleParameters } from '../kvm-modules.ts';

/** A QEMU binary on a host, by its path. */
export interface Binary {
  host: Host;
  path: string;
}

/** Something that a run of QEMU answers on its standard output. */
export interface Question<T> {
  /** name under which the answer is kept */
  name: string;
  args: readonly string[];
  input?: string;
  parse(stdout: string): T;
  /** what the answer depends on besides the binary; null: not known now, so nothing is kept */
  dependsOn(host: Host): Promise<unknown>;
}

/**
 * The answer of a QEMU binary, kept for as long as nothing changes that it depends on. Only an
 * answer that could be read is ever kept: a failed one is asked again the next time.
 */
export async function answerOf<T>(binary: Binary, question: Question<T>): Promise<T> {
  const ask = async () => {
    const stdout = await askQemu(binary, question);
    question.parse(stdout);
    return stdout;
  };
  const key = await keyOf(binary, question);
  const { host } = binary;
  return question.parse(key === null ? await ask() : await host.remember(question.name, key, ask));
}

/** Everything besides the binary that can change what QEMU and KVM can do together. */
export async function kvmState(host: Host): Promise<unknown> {
  const modules = await kvmModules(host);
  const parameters = modules.map((name) => moduleParameters(host, name));
  const cpus = parseCpuinfo(await host.read('/proc/cpuinfo', MAX_CPUINFO_BYTES));
  return {
    // A firmware setting, a kernel parameter or another kernel needs a boot to take effect.
    boot: await host.read('/proc/sys/kernel/random/boot_id'),
    kernel: await host.read('/proc/sys/kernel/osrelease'),
    kernelParameters: await host.read('/proc/cmdline'),
    microcode: kindsOf(cpus).map((kind) => kind.microcode),
    modules,
    parameters: await allInOrder(parameters),
    device: await deviceState(host),
  };
}

/** Raised when the form of a question or the reading of an answer changes. */
const FORMAT = 1;

/** QEMU 5.2 takes 0.6 s on an idle machine; a node under load is given twenty times that. */
const ASK_TIMEOUT_MS = 12_000;

/** A session of QEMU 11.1 with 189 models is 140 kB. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

async function askQemu<T>({ host, path }: Binary, question: Question<T>): Promise<string> {
  const { args, input } = question;
  const limits = { timeoutMs: ASK_TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES };
  const options = input === undefined ? limits : { ...limits, input };
  return (await host.run(path, args, options)).stdout;
}

/** Without a complete key an answer could outlive its cause: then it is not kept at all. */
async function keyOf<T>({ host, path }: Binary, question: Question<T>): Promise<string | null> {
  const { args, input } = question;
  try {
    const { sizeBytes, modifiedMs, inode } = await host.stat(path);
    const binary = { path, sizeBytes, modifiedMs, inode };
    const state = await question.dependsOn(host);
    return JSON.stringify({ format: FORMAT, binary, args, input, state });
  } catch (error) {
    if (error instanceof HostError) return null;
    throw error;
  }
}

/** A device that was taken away, or closed to the agent, must not be hidden by an old answer. */
async function deviceState(host: Host): Promise<unknown> {
  const { type, mode, major, minor } = await host.stat('/dev/kvm');
  await host.open('/dev/kvm');
  return { type, mode, major, minor };
}
