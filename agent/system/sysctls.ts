import { allInOrder } from '../attempts.ts';
import type { Host } from '../host/host.ts';
import { readOrNull } from '../listing.ts';

/** What decides about packets between guests and networks, and about guests' memory in swap. */
export const sysctlNames = [
  'net.bridge.bridge-nf-call-arptables',
  'net.bridge.bridge-nf-call-ip6tables',
  'net.bridge.bridge-nf-call-iptables',
  'net.ipv4.ip_forward',
  'net.ipv6.conf.all.forwarding',
  'vm.swappiness',
] as const;

/** The settings by name; null where the kernel has none, as without the module br_netfilter. */
export async function sysctls(host: Host): Promise<Record<string, string | null>> {
  const entries = await allInOrder(
    sysctlNames.map(async (name) => {
      const text = await readOrNull(host, `/proc/sys/${name.replaceAll('.', '/')}`);
      return [name, text?.trim() ?? null] as const;
    }),
  );
  return Object.fromEntries(entries);
}
