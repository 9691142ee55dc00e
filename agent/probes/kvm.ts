import type { KvmFacts } from '../../shared/facts/kvm.ts';
import { type Host, HostError } from '../host/host.ts';
import { kvmModules, moduleParameters } from '../kvm-modules.ts';
import { type Probe, reading } from '../probe.ts';

/** The modules of KVM and the device nodes that guests need, opened but never used. */
export const kvmProbe: Probe<'kvm'> = {
  section: 'kvm',
  timeoutMs: 20_000,
  needsRoot: "/dev/kvm, unless the agent's user is of the group kvm",
  async collect(host) {
    const modules = await reading('/proc/modules and /sys/module', () => kvmModules(host));
    return {
      modules,
      parameters: await parametersOf(host, modules),
      device: await reading('/dev/kvm', () => device(host)),
      opening: await reading('/dev/kvm', () => opening(host)),
      vhostNet: await reading('/dev/vhost-net', () => exists(host, '/dev/vhost-net')),
      tun: await reading('/dev/net/tun', () => exists(host, '/dev/net/tun')),
    };
  },
};

/** Parameters explain KVM but prove nothing, so one folder that cannot be listed is left out. */
async function parametersOf(
  host: Host,
  modules: KvmFacts['modules'],
): Promise<KvmFacts['parameters']> {
  const names = modules.status === 'ok' ? modules.value : [];
  const parameters: KvmFacts['parameters'] = {};
  for (const name of names) {
    const taken = await reading(name, () => moduleParameters(host, name));
    if (taken.status === 'ok') parameters[name] = taken.value;
  }
  return parameters;
}

async function device(host: Host) {
  const status = await statOrNull(host, '/dev/kvm');
  if (!status) return null;
  const { type, major, minor, mode } = status;
  return { type, major, minor, mode };
}

async function opening(host: Host): Promise<'opened'> {
  await host.open('/dev/kvm');
  return 'opened';
}

async function exists(host: Host, path: string): Promise<boolean> {
  return (await statOrNull(host, path)) !== null;
}

async function statOrNull(host: Host, path: string) {
  try {
    return await host.stat(path);
  } catch (error) {
    if (error instanceof HostError && error.kind === 'not_found') return null;
    throw error;
  }
}
