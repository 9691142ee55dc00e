import { z } from 'zod';
import { parseBond } from '../../agent/network/bonding.ts';
import {
  bondMode,
  parseMtu,
  parseSeconds,
  parseTruth,
} from '../../agent/network/boot-interface.ts';
import { configLines } from '../../agent/network/config-lines.ts';
import { ifupdownInterfaces } from '../../agent/network/ifupdown.ts';
import { entryOf, INI_COMMENTS, parseIni, sectionName } from '../../agent/network/ini-file.ts';
import { parseInterfaces } from '../../agent/network/interfaces-file.ts';
import { parseLinks, parseRoutes } from '../../agent/network/ip-json.ts';
import { keyfileInterfaces, keyfileKeys } from '../../agent/network/keyfile.ts';
import { networkdInterfaces } from '../../agent/network/networkd.ts';
import { networkdKeys } from '../../agent/network/networkd-files.ts';
import {
  addressSchema,
  bondSchema,
  bootInterfaceSchema,
  bridgeSchema,
  routeSchema,
} from '../../shared/facts/network.ts';
import { all, captured, recorded, said, written } from './seeds.ts';
import { ofText, type Target } from './target.ts';

const present = [
  { name: 'eth0', kind: null, macAddress: '02:00:00:00:00:01' },
  { name: 'br0', kind: 'bridge', macAddress: null },
];
const names = present.map(({ name }) => name);
const interfaces = all(
  recorded(/^\/etc\/network\/interfaces/),
  captured('real-ganeti-3.0.2', /interfaces$/),
  written('auto br0\niface br0 inet static inherits base\n bridge_ports regex eth.* noregex\n'),
);
const network = written(
  '[Match]\nName=eth0 en*\n\n[Network]\nBridge=br0\nVLAN=v1\n',
  '[Match]\nName=br0\n\n[Network]\nAddress=192.0.2.1/24\nGateway=192.0.2.254\n' +
    '[Link]\nMTUBytes=9000\n',
);
const netdev = written('[NetDev]\nName=br0\nKind=bridge\n\n[Bridge]\nSTP=no\nForwardDelaySec=2\n');
const keyfile = written(
  '[connection]\nid=br0\nuuid=u-1\ntype=bridge\ninterface-name=br0\n\n[bridge]\nstp=false\n' +
    'forward-delay=2\n\n[ipv4]\nmethod=manual\naddress1=192.0.2.1/24,192.0.2.254\n',
  '[connection]\ntype=ethernet\ninterface-name=eth0\nmaster=br0\nslave-type=bridge\n',
);
const boot = z.array(bootInterfaceSchema);

/** The parsers of the network as it is, and as it is written down. */
export const networkTargets: readonly Target[] = [
  ofText('agent/network/bonding.ts parseBond', recorded(/bonding\//), {
    run: (text) => parseBond(text, 'bond0'),
    gives: bondSchema,
  }),
  ofText('agent/network/boot-interface.ts bondMode', written('1', '802.3ad'), {
    run: bondMode,
    gives: z.string(),
  }),
  ofText('agent/network/boot-interface.ts parseTruth', written('yes', 'off'), {
    run: (text) => parseTruth(text, 'a line'),
    gives: z.boolean(),
  }),
  ofText('agent/network/boot-interface.ts parseSeconds', written('15', '0.5'), {
    run: (text) => parseSeconds(text, 'a line'),
    gives: z.int().nonnegative(),
  }),
  ofText('agent/network/boot-interface.ts parseMtu', written('1500'), {
    run: (text) => parseMtu(text, 'a line'),
    gives: z.int().positive(),
  }),
  ofText('agent/network/config-lines.ts configLines', interfaces, {
    run: (text) => configLines(text, 'a file', INI_COMMENTS),
  }),
  ofText('agent/network/ini-file.ts parseIni', all(netdev, keyfile), {
    run: (text) => parseIni(text, 'a file', networkdKeys),
  }),
  ofText('agent/network/ini-file.ts sectionName', written('[Match]'), { run: sectionName }),
  ofText('agent/network/ini-file.ts entryOf', written('Name = eth0'), { run: entryOf }),
  ofText('agent/network/interfaces-file.ts parseInterfaces', interfaces, {
    run: (text) => parseInterfaces(text, 'interfaces'),
  }),
  ofText('agent/network/ifupdown.ts ifupdownInterfaces', interfaces, {
    run: (text) => {
      const files = [parseInterfaces(text, 'interfaces')];
      return ['ifupdown' as const, 'ifupdown2' as const].flatMap((dialect) =>
        ifupdownInterfaces(files, { dialect, present: names }),
      );
    },
    gives: boot,
  }),
  ofText('agent/network/networkd.ts networkdInterfaces', all(network, netdev), {
    run: (text) => {
      const files = [{ path: 'a', sections: parseIni(text, 'a', networkdKeys) }];
      return [
        ...networkdInterfaces({ netdevs: files, networks: [] }, present),
        ...networkdInterfaces({ netdevs: [], networks: files }, present),
      ];
    },
    gives: boot,
  }),
  ofText('agent/network/keyfile.ts keyfileInterfaces', keyfile, {
    run: (text) =>
      keyfileInterfaces([{ path: 'a', sections: parseIni(text, 'a', keyfileKeys) }], present),
    gives: boot,
  }),
  ofText('agent/network/ip-json.ts parseLinks', said(/^ip -j -d addr/), {
    run: parseLinks,
    gives: z.object({ bridges: z.array(bridgeSchema), addresses: z.array(addressSchema) }),
  }),
  ofText('agent/network/ip-json.ts parseRoutes', said(/^ip -j -. route/), {
    run: (text) => parseRoutes(text, 'inet'),
    gives: z.array(routeSchema),
  }),
];
