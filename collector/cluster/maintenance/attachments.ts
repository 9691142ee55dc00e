import { known, MissingEvidence } from '../../../shared/evidence.ts';
import { effectiveHvparams } from '../../../shared/facts/ganeti.ts';
import type { GuestArguments } from '../../../shared/facts/guests.ts';
import type { ClusterView } from './cluster-view.ts';
import type { PlacedGuest } from './guest.ts';
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
    () => deviceObstacles(target, leaving, view),
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
    const own = interfaces.find(({ name }) => name === link);
    if (own?.up === false) return [{ verdict: 'not', text: `its bridge ${link} is down` }];
    if (hasUplink(leaving.from, link) === true && hasUplink(target, link) === false) {
      return [{ verdict: 'not', text: `its bridge ${link} has no port that leads out` }];
    }
    if (vlan === '' || bridge.vlanFiltering === true) return [];
    return bridge.vlanFiltering === null
      ? [{ verdict: 'unknown', text: `whether ${link} is VLAN-aware is not known` }]
      : [{ verdict: 'not', text: `${link} is not VLAN-aware, and a NIC has VLAN ${vlan}` }];
  });
}

/** Whether a card, a bond or a VLAN of one is a port of the bridge; null: not known. */
function hasUplink(node: ViewNode, link: string): boolean | null {
  const network = reading(() => factsOf(node, 'network'));
  if (network.status === 'failed') return null;
  const { bridges, interfaces } = network.value;
  const ports = bridges.find(({ name }) => name === link)?.ports ?? null;
  if (ports === null) return null;
  return interfaces.some(
    ({ name, physical, kind }) =>
      ports.includes(name) && (physical === true || kind === 'bond' || kind === 'vlan'),
  );
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

function deviceObstacles(target: ViewNode, leaving: Leaving, view: ClusterView): Obstacle[] {
  const obstacles: Obstacle[] = [];
  const { process } = leaving;
  const { tun, vhostNet } = factsOf(target, 'kvm');
  if (!known(tun)) obstacles.push({ verdict: 'not', text: 'it has no /dev/net/tun' });
  if (needsVhostNet(leaving, view) && !known(vhostNet)) {
    obstacles.push({ verdict: 'not', text: 'it has no /dev/vhost-net' });
  }
  const passed = process?.arguments.devices.filter((driver) => PASSED_THROUGH.has(driver)) ?? [];
  for (const driver of passed) {
    obstacles.push({ verdict: 'not', text: `a device of the host is handed through (${driver})` });
  }
  return obstacles;
}

/** By what it runs with, or will be started with. */
function needsVhostNet({ guest, way, process }: Leaving, view: ClusterView): boolean {
  if (way === 'migrate') return process?.arguments.nics.some(({ vhost }) => vhost) ?? false;
  return paramsOf(guest, view).vhost_net === 'True' && guest.instance.nics.length > 0;
}

/** Drivers that give a guest a device of its host, which is on no other. */
const PASSED_THROUGH = new Set(['vfio-pci', 'usb-host', 'pci-assign']);

/**
 * No report tells which files a node has. What all nodes share is there; and where a parameter of
 * today names a file, verify has looked for it on all of them (ENODEHV).
 */
function fileObstacles({ guest, process }: Leaving, view: ClusterView): Obstacle[] {
  // what one that is stopped is started with is all named by parameters
  if (process === null) return [];
  const { sharedFileStorageDir, glusterStorageDir } = view.config.cluster;
  const folders = [sharedFileStorageDir, glusterStorageDir].filter((one) => one !== null);
  const looked = hasLooked(view) ? new Set(Object.values(paramsOf(guest, view))) : new Set();
  const disks = guest.instance.disks.map(({ path }) => path);
  return filesOf(process.arguments)
    .filter((path) => !disks.includes(path) && !looked.has(path))
    .filter((path) => ![...folders, ...LINKS].some((folder) => path.startsWith(`${folder}/`)))
    .map((path) => ({ verdict: 'unknown', text: `whether ${path} is there is not known` }));
}

/** Where Ganeti links the disks of a guest before it starts or receives it. */
const LINKS = ['/run/ganeti/instance-disks', '/var/run/ganeti/instance-disks'];

/** Whether the last verify tells of missing files by their code, and of none. */
function hasLooked({ master }: ClusterView): boolean {
  const { lastVerify } = master;
  if (lastVerify.status === 'failed' || lastVerify.value === null) return false;
  const { endedAt, findings } = lastVerify.value;
  return endedAt !== null && findings.every(({ code }) => code !== null && code !== 'ENODEHV');
}

function filesOf({ drives, kernelPath, initrdPath }: GuestArguments): string[] {
  const images = drives.map(({ path }) => path);
  return [...new Set([...images, kernelPath, initrdPath].filter((path) => path !== null))];
}

function paramsOf({ instance }: PlacedGuest, { member, config }: ClusterView) {
  return effectiveHvparams({ ssconf: member.ssconf, config }, instance);
}
