import type { BootManager, NetworkInterface } from '../../shared/facts/network.ts';
import type { Reading } from '../../shared/reading.ts';
import type { Host } from '../host/host.ts';
import { exists } from '../listing.ts';
import { reading } from '../probe.ts';
import { unitState, wantedUnits } from './boot-units.ts';
import { ifupdownInterfaces } from './ifupdown.ts';
import { INTERFACES, readInterfacesFiles } from './interfaces-folder.ts';
import { keyfileInterfaces, readProfiles } from './keyfile.ts';
import { networkdInterfaces } from './networkd.ts';
import { readNetworkdFiles } from './networkd-files.ts';

type Present = Pick<NetworkInterface, 'name' | 'kind' | 'macAddress'>;

/** Where the program itself lies, and nothing of the classic one. */
const IFUPDOWN2 = '/usr/share/ifupdown2';

/**
 * All that can make the network at boot, each with whether it runs then and what it would make.
 * The two ifupdowns exclude each other and share their file and unit: only the one there is told.
 */
export async function readBootManagers(
  host: Host,
  present: readonly Present[],
): Promise<BootManager[]> {
  const units = await reading('/etc/systemd/system', () => wantedUnits(host));
  const state = (unit: string) => stateOf(host, unit, units);
  return [
    await eitherIfupdown(host, present, await state('networking.service')),
    {
      name: 'systemd-networkd',
      state: await state('systemd-networkd.service'),
      interfaces: await reading('/etc/systemd/network', async () =>
        networkdInterfaces(await readNetworkdFiles(host), present),
      ),
    },
    {
      name: 'NetworkManager',
      state: await state('NetworkManager.service'),
      interfaces: await reading('/etc/NetworkManager/system-connections', async () =>
        keyfileInterfaces(await readProfiles(host), present),
      ),
    },
  ];
}

async function eitherIfupdown(
  host: Host,
  present: readonly Present[],
  state: BootManager['state'],
): Promise<BootManager> {
  const second = await reading(IFUPDOWN2, () => exists(host, IFUPDOWN2));
  if (second.status === 'failed') return { name: 'ifupdown', state, interfaces: second };
  const name = second.value ? 'ifupdown2' : 'ifupdown';
  const names = present.map((one) => one.name);
  const interfaces = await reading(INTERFACES, async () =>
    ifupdownInterfaces(await readInterfacesFiles(host, name), { dialect: name, present: names }),
  );
  return { name, state, interfaces };
}

async function stateOf(
  host: Host,
  unit: string,
  units: Reading<ReadonlySet<string>>,
): Promise<BootManager['state']> {
  if (units.status === 'failed') return units;
  return await reading(unit, () => unitState(host, unit, units.value));
}
