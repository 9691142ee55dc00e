import { known, unknownBecause } from '../../../shared/evidence.ts';
import type { InventoryFacts, NetworkCard } from '../../../shared/facts/inventory.ts';
import type { NetworkFacts } from '../../../shared/facts/network.ts';
import type { Reference } from '../../../shared/policy-reference.ts';
import type { ClusterCheck } from '../cluster-check.ts';
import { tallied } from './comparing.ts';
import { type Declared, outlierCheck } from './outlier.ts';

/** The cards and controllers of the nodes against what is declared, or what most have. */
export const deviceOutlierChecks: ClusterCheck[] = [
  outlierCheck({
    id: 'fleet.network-cards',
    title: 'All nodes have the same network cards',
    why:
      'A port more or less, or another driver, changes names, offloads and limits of the links ' +
      'that the bridges stand on.',
    rules: [],
    needs: ['inventory'],
    noun: 'network cards',
    untold: 'no node tells its network cards',
    remedy: 'compare lspci -nn and ip -br link of the nodes; a card may have failed',
    read: ({ inventory }) => tallied(cardsIn(inventory).map(cardWords)),
    spelled: (words) => words,
  }),
  outlierCheck({
    id: 'fleet.network-speed',
    title: 'The links of all nodes have the same speeds',
    why:
      'A link that came up at a tenth of its speed carries the disks of its guests so much ' +
      'slower, and all else looks healthy.',
    rules: [],
    consequenceOf: [{ check: 'fleet.network-cards' }],
    needs: ['network'],
    noun: 'links',
    untold: 'no node tells its network ports',
    remedy: 'ethtool PORT on the node; exchange the cable or the optics, look at the switch',
    read: ({ network }) => portsIn(network),
    spelled: (ports) => tallied(ports.map(portWords)),
    declared: declaredSpeed,
  }),
  outlierCheck({
    id: 'fleet.network-firmware',
    title: 'Network cards of one kind have the same firmware',
    why:
      'Faults of network firmware show as lost packets and stuck ports on some nodes only, where ' +
      'nobody looks for the reason in the card.',
    rules: [],
    needs: ['inventory'],
    noun: 'firmware of the network cards',
    untold: 'no node has ethtool, or a driver that tells: apt-get install ethtool',
    remedy: 'update the firmware of the cards to one version on all nodes: ethtool -i PORT',
    among: ({ inventory }) => tallied(cardsIn(inventory).map(cardWords)),
    read: ({ inventory }) => firmwareIn(cardsIn(inventory)),
    spelled: (words) => words,
  }),
  outlierCheck({
    id: 'fleet.storage-controllers',
    title: 'All nodes have the same storage controllers',
    why:
      'A RAID controller with a cache, another one without, or one that is not seen at all make ' +
      'the disks of equal nodes unequal.',
    rules: [],
    needs: ['inventory'],
    noun: 'storage controllers',
    untold: 'no node tells its storage controllers',
    remedy: 'compare lspci -nn of the nodes; a controller may have failed or been exchanged',
    read: ({ inventory }) => {
      if (inventory.storageControllers === undefined) unknownBecause('its agent did not look');
      const words = known(inventory.storageControllers).map(
        ({ kind, device, driver }) => `${kind} ${device} (${driver ?? 'no driver'})`,
      );
      return tallied(words);
    },
    spelled: (words) => words,
  }),
];

function cardsIn({ networkCards }: InventoryFacts): NetworkCard[] {
  return known(networkCards ?? unknownBecause('its agent did not look'));
}

function cardWords({ device, driver }: NetworkCard): string {
  return `${driver ?? 'no driver'}${device === null ? '' : ` ${device}`}`;
}

/** What the cards tell; null where the tool that asks them is not installed, as on most nodes. */
function firmwareIn(cards: readonly NetworkCard[]): string | null {
  const told = cards.flatMap(({ driver, firmware }) => {
    const version = known(firmware);
    return version === null ? [] : [`${driver ?? 'no driver'} ${version}`];
  });
  return told.length === 0 ? null : tallied(told);
}

type Port = Pick<NetworkFacts['interfaces'][number], 'carrier' | 'speedMbps' | 'duplex'>;

function portsIn({ interfaces }: NetworkFacts): Port[] | null {
  const ports = interfaces.filter(({ physical }) => physical === true);
  return ports.length === 0 ? null : ports;
}

function portWords({ carrier, speedMbps, duplex }: Port): string {
  if (carrier !== true) return 'no link';
  const speed = speedMbps === null ? 'a speed not told' : `${speedMbps} Mbit/s`;
  return duplex === null || duplex === 'full' ? speed : `${speed} ${duplex} duplex`;
}

function declaredSpeed({ networkSpeed }: Reference): Declared<Port[]> | undefined {
  if (networkSpeed === undefined) return undefined;
  return {
    spelled: `${networkSpeed} Mbit/s on every port with a link`,
    holds: (ports) => {
      const linked = ports.filter(({ carrier }) => carrier === true);
      return linked.length > 0 && linked.every(({ speedMbps }) => speedMbps === networkSpeed);
    },
  };
}
