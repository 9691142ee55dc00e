import { known } from '../../../shared/evidence.ts';
import type { Bridge, NetworkFacts } from '../../../shared/facts/network.ts';
import { groupedBy } from '../../../shared/grouping.ts';
import { fail, skip, warn } from '../../../shared/judgement.ts';
import { counted, listed } from '../../../shared/wording.ts';
import { type ClusterCheck, type ClusterJudgement, defineClusterCheck } from '../cluster-check.ts';
import { askHosts, concluded, homesOf, hostingNodes, ofSetup, type Setup } from './setup.ts';

/** How interfaces of guests attach, by whom it is said, and on which nodes it has to hold. */
interface Link {
  whose: string;
  mode: string;
  link: string;
  vlan: string;
  nodes: string[];
}

function linksOf(setup: Setup<unknown>): Link[] {
  const { cluster, groups, nodes, instances } = setup.config;
  const hosting = hostingNodes(setup);
  const inGroup = (group: string) =>
    nodes
      .filter((one) => one.group === group && hosting.includes(one.name))
      .map(({ name }) => name);
  return [
    { whose: 'the cluster', ...cluster.nicparams, nodes: hosting },
    ...groups.flatMap(({ name, networks }) =>
      networks.map(({ network, ...how }) => ({
        whose: `network ${network}`,
        ...how,
        nodes: inGroup(name),
      })),
    ),
    ...instances.flatMap((one) =>
      one.nics.map(({ mode, link, vlan }) => {
        return { whose: one.name, mode, link, vlan, nodes: homesOf(setup, one) };
      }),
    ),
  ];
}

const links = defineClusterCheck({
  id: 'network.links',
  title: 'Every link that guests are attached to is there on their nodes',
  why:
    'A guest does not start on, and does not move to, a node without the bridge of its link. ' +
    'gnt-cluster verify reports it as ENODENET when it is run.',
  rules: ['NET-01'],
  needs: ['ganeti', 'network'],
  judge: (nodes) =>
    ofSetup(nodes, (setup) => {
      const wanted = groupedBy(
        linksOf(setup).filter(({ mode }) => mode === 'bridged' || mode === 'openvswitch'),
        ({ mode, link }) => `${mode} ${link}`,
      );
      if (wanted.size === 0) return [skip('no guest is attached to a bridge')];
      const untold: string[] = [];
      const faults = [...wanted.values()].flatMap((some): ClusterJudgement[] => {
        const [{ mode, link } = { mode: '', link: '' }] = some;
        const asked = askHosts(
          setup,
          some.flatMap((one) => one.nodes),
          ({ network }) =>
            mode === 'bridged'
              ? network.bridges.some(({ name }) => name === link)
              : network.interfaces.some(({ name }) => name === link),
        );
        untold.push(...asked.untold);
        const without = asked.told.filter(({ value }) => !value).map(({ node }) => node);
        if (without.length === 0) return [];
        const concerned = some.filter((one) => one.nodes.some((node) => without.includes(node)));
        const whose = listed([...new Set(concerned.map((one) => one.whose))]);
        const kind = mode === 'bridged' ? 'bridge' : 'switch';
        const message = `no ${kind} ${link} on ${listed(without)}, expected it for ${whose}`;
        const remedy = `make ${link} there as on the others, or give the NICs another link`;
        return [{ ...fail(message, remedy), subject: link }];
      });
      const names = [...new Set([...wanted.values()].map(([one]) => one?.link ?? ''))];
      return concluded(faults, `${listed(names)} on all nodes`, { noun: 'network', untold });
    }),
});

const vlans = defineClusterCheck({
  id: 'network.guest-vlans',
  title: 'The VLANs of guests can be made on their bridges, and are free',
  why:
    'Ganeti refuses to start a guest with a VLAN on a bridge that filters none, or when an ' +
    'interface of the node has the number. VLAN 1 there is the management of the node itself.',
  rules: ['NET-05', 'NET-06'],
  needs: ['ganeti', 'network'],
  judge: (nodes) =>
    ofSetup(nodes, (setup) => {
      const tagged = linksOf(setup).filter(({ mode, vlan }) => mode === 'bridged' && vlan !== '');
      if (tagged.length === 0) return [skip('no guest has a VLAN')];
      const untold: string[] = [];
      const found = tagged.flatMap((one) => {
        const asked = askHosts(setup, one.nodes, ({ network }) => faultsOf(network, one));
        untold.push(...asked.untold);
        return asked.told.flatMap(({ node, value }) =>
          value.map((fault) => ({ node, fault, one })),
        );
      });
      const faults = [...groupedBy(found, ({ one, fault }) => `${one.link} ${fault}`).values()].map(
        (some): ClusterJudgement => {
          const whose = listed([...new Set(some.map(({ one }) => one.whose))]);
          const where = listed([...new Set(some.map(({ node }) => node))]);
          const [{ one, fault } = { one: { link: '' }, fault: '' }] = some;
          const message = `${fault} on ${where}, for ${whose}`;
          const remedy =
            'bridge_vlan_aware yes in its stanza; a VLAN for guests that nobody else has';
          return { ...fail(message, remedy), subject: one.link };
        },
      );
      const numbers = [...new Set(tagged.map(({ link, vlan }) => `${vlan} on ${link}`))];
      return concluded(faults, `VLANs ${listed(numbers)}`, { noun: 'VLANs', untold });
    }),
});

function faultsOf(network: NetworkFacts, { link, vlan }: Link): string[] {
  const bridge = network.bridges.find(({ name }) => name === link);
  // that it is not there at all is told by network.links
  if (bridge === undefined) return [];
  const numbers = vlan.split(/[.:]/).filter((one) => one !== '');
  const carries = known(network.addresses).some((one) => one.interface === link);
  return [
    ...(bridge.vlanFiltering === false ? [`${link} does not filter VLANs, expected it to`] : []),
    ...(carries && numbers.includes('1') ? [`VLAN 1 of ${link} carries the node itself`] : []),
    ...numbers.flatMap((number) => classic(network, bridge, number)),
  ];
}

/** Names of VLAN interfaces as ifupdown and iproute2 give them, over the ports of the bridge. */
function classic({ interfaces }: NetworkFacts, { name, ports }: Bridge, number: string): string[] {
  const names = [name, ...(ports ?? [])].map((parent) => `${parent}.${number}`);
  return interfaces
    .filter((one) => one.kind === 'vlan' && [...names, `vlan${number}`].includes(one.name))
    .map((one) => `VLAN ${number} is the interface ${one.name}, expected it free`);
}

const macs = defineClusterCheck({
  id: 'network.guest-macs',
  title: 'No MAC address of a guest is used twice',
  why:
    'Two machines with one MAC address on a network lose packets to each other. It comes of two ' +
    'clusters with one prefix, or of a guest that was copied by hand.',
  rules: ['NET-22'],
  needs: ['ganeti', 'network'],
  judge: (nodes) =>
    ofSetup(nodes, (setup) => {
      const own = setup.config.instances.flatMap(({ name, nics }) =>
        nics.flatMap(({ mac }) => (mac === null ? [] : [{ whose: name, mac: mac.toLowerCase() }])),
      );
      if (own.length === 0) return [skip('no guest has a network interface')];
      const physical = [...setup.hosts].flatMap(([node, { network }]) =>
        network.interfaces.flatMap(({ name, macAddress, physical: isReal }) =>
          macAddress === null || isReal !== true
            ? []
            : [{ whose: `${name} of ${node}`, mac: macAddress.toLowerCase() }],
        ),
      );
      const taken = new Set(own.map(({ mac }) => mac));
      const shared = [
        ...groupedBy([...own, ...physical.filter(({ mac }) => taken.has(mac))], ({ mac }) => mac),
      ].filter(([, some]) => some.length > 1);
      const words = shared.map(
        ([mac, some]) => `${mac} of ${listed(some.map((one) => one.whose))}`,
      );
      const message = `used twice: ${words.join('; ')}; expected an address for each`;
      const remedy = 'gnt-instance modify --net N:modify,mac=generate NAME';
      const faults = shared.length === 0 ? [] : [warn(message, remedy)];
      const found = `${counted(own.length, 'interface')}, each address used once`;
      return concluded(faults, found, { noun: '', untold: [] });
    }),
});

/** How the configuration attaches guests, against the networks of the nodes. */
export const networkSetupChecks: ClusterCheck[] = [links, vlans, macs];
