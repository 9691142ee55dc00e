import { known, MissingEvidence } from '../../../shared/evidence.ts';
import type { GuestArguments } from '../../../shared/facts/guests.ts';
import type { ClusterView } from './cluster-view.ts';
import type { Leaving, Obstacle } from './target.ts';
import { factsOf, reading, type ViewNode } from './view-node.ts';

/** What of the guest's bridges, VLANs, files and devices the node lacks; empty: nothing. */
export function attachmentObstacles(
  target: ViewNode,
  leaving: Leaving,
  view: ClusterView,
): Obstacle[] {
  const asked = [
    () => bridgeObstacles(target, leaving),
    () => deviceObstacles(target, leaving),
    () => fileObstacles(leaving, view),
  ];
  return asked.flatMap((ask) => {
    try {
      return ask();
    } catch (error) {
      if (!(error instanceof MissingEvidence)) throw error;
      return [{ verdict: 'unknown', text: error.message }];
    }
  });
}

interface Link {
  mode: string;
  link: string;
  vlan: string;
}

function bridgeObstacles(target: ViewNode, leaving: Leaving): Obstacle[] {
  const { bridges, interfaces } = factsOf(target, 'network');
  return linksOf(leaving).flatMap(({ mode, link, vlan }): Obstacle[] => {
    if (mode === 'routed') return [];
    if (mode === 'openvswitch') {
      const there = interfaces.some(({ name }) => name === link);
      return there ? [] : [{ verdict: 'not', text: `it has no switch ${link}` }];
    }
    const bridge = bridges.find(({ name }) => name === link);
    if (bridge === undefined) return [{ verdict: 'not', text: `it has no bridge ${link}` }];
    if (vlan === '' || bridge.vlanFiltering === true) return [];
    return bridge.vlanFiltering === null
      ? [{ verdict: 'unknown', text: `whether ${link} is VLAN-aware is not known` }]
      : [{ verdict: 'not', text: `${link} is not VLAN-aware, and a NIC has VLAN ${vlan}` }];
  });
}

/** The NICs as configured, and the bridges that the running guest hangs on in truth. */
function linksOf({ guest, from, process }: Leaving): Link[] {
  const configured = guest.instance.nics.map(({ mode, link, vlan }) => ({ mode, link, vlan }));
  const network = reading(() => factsOf(from, 'network'));
  const interfaces = network.status === 'ok' ? network.value.interfaces : [];
  const bridges = network.status === 'ok' ? network.value.bridges.map(({ name }) => name) : [];
  const actual = (process?.taps ?? []).flatMap((tap) => {
    const master = interfaces.find(({ name }) => name === tap)?.master;
    return master && bridges.includes(master) ? [{ mode: 'bridged', link: master, vlan: '' }] : [];
  });
  const added = actual.filter(({ link }) => !configured.some((one) => one.link === link));
  return [...configured, ...added];
}

function deviceObstacles(target: ViewNode, { process }: Leaving): Obstacle[] {
  const obstacles: Obstacle[] = [];
  const { tun, vhostNet } = factsOf(target, 'kvm');
  if (!known(tun)) obstacles.push({ verdict: 'not', text: 'it has no /dev/net/tun' });
  if (process?.arguments.nics.some(({ vhost }) => vhost) && !known(vhostNet)) {
    obstacles.push({ verdict: 'not', text: 'it has no /dev/vhost-net' });
  }
  const passed = process?.arguments.devices.filter((driver) => PASSED_THROUGH.has(driver)) ?? [];
  for (const driver of passed) {
    obstacles.push({ verdict: 'not', text: `a device of the host is handed through (${driver})` });
  }
  return obstacles;
}

/** Drivers that give a guest a device of its host, which is on no other. */
const PASSED_THROUGH = new Set(['vfio-pci', 'usb-host', 'pci-assign']);

/** No report tells which images a node has, so only what all nodes share is known to be there. */
function fileObstacles({ process }: Leaving, { config }: ClusterView): Obstacle[] {
  if (process === null) return [];
  const { sharedFileStorageDir, glusterStorageDir } = config.cluster;
  const folders = [sharedFileStorageDir, glusterStorageDir].filter((one) => one !== null);
  return filesOf(process.arguments)
    .filter((path) => !folders.some((folder) => path.startsWith(`${folder}/`)))
    .map((path) => ({ verdict: 'unknown', text: `whether ${path} is there is not known` }));
}

function filesOf({ drives, kernelPath, initrdPath }: GuestArguments): string[] {
  const images = drives.filter(({ kind }) => kind !== 'disk').map(({ path }) => path);
  return [...new Set([...images, kernelPath, initrdPath].filter((path) => path !== null))];
}
