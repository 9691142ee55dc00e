import { type Check, defineCheck, type Judgement } from '../../check.ts';
import type { NetworkFacts } from '../../facts/network.ts';
import { pass, skip, warn } from '../../judgement.ts';
import { listed } from '../../wording.ts';
import { bootClaims, type Claim, idleClaims, placeOf, withPorts } from './boot-claims.ts';
import { bootRuntime } from './boot-runtime.ts';
import type { PolicyBridge } from './each-bridge.ts';

const bootManager = defineCheck({
  id: 'network.boot-manager',
  title: 'One program makes the bridge at boot',
  why:
    'A bridge that nothing makes at boot is gone after it; one that two programs make is made ' +
    'twice, in an order that changes from boot to boot.',
  rules: ['NET-18'],
  needs: ['network'],
  judge({ network }, policy) {
    const claims = bootClaims(network);
    if (policy.network.bridges.length === 0) return skip('the policy names no bridge');
    return policy.network.bridges.map(({ name }) => ({
      subject: name,
      ...judgeClaims(network, claims, name),
    }));
  },
});

function judgeClaims(network: NetworkFacts, claims: readonly Claim[], name: string): Judgement {
  const own = claims.filter((claim) => claim.interface === name);
  const [first] = own;
  const runs = network.interfaces.some((one) => one.name === name);
  if (first === undefined && !runs) return skip(`no ${name} now or at boot: see network.bridge`);
  if (first === undefined) {
    const idle = idleClaims(network, name);
    return warn(
      `nothing makes ${name} at boot${idle.length === 0 ? '' : `: ${idle.join('; ')}`}`,
      `write ${name} into the files of what makes the network at boot, such as ` +
        '/etc/network/interfaces, and enable that: systemctl enable networking',
    );
  }
  const twice = withPorts(network, claims, name).flatMap((one) => {
    const by = claims.filter((claim) => claim.interface === one);
    const managers = new Set(by.map(({ manager }) => manager));
    return managers.size > 1 ? [`${one}: ${listed(by.map(placeOf))}`] : [];
  });
  if (twice.length === 0) return pass(`${name} is made by ${placeOf(first)}`);
  return warn(
    `two programs would make the same interface at boot: ${twice.join('; ')}`,
    'leave the interfaces of the node to one program, and take them out of the files of the other',
  );
}

const bootConfiguration = defineCheck({
  id: 'network.boot-configuration',
  title: 'The bridge comes up at boot, with its address and gateway',
  why:
    'ifupdown brings up what "auto" names and nothing else: a bridge made by hand, or a stanza ' +
    'that lost its "auto" or "gateway" line, is gone after the next reboot.',
  rules: ['NET-17', 'NET-18'],
  needs: ['network'],
  judge({ network }, policy) {
    const claims = bootClaims(network);
    const wanted = policy.network.bridges;
    if (wanted.length === 0) return skip('the policy names no bridge');
    return wanted.map((bridge) => ({ subject: bridge.name, ...judgeBoot(bridge, claims) }));
  },
});

function judgeBoot(bridge: PolicyBridge, claims: readonly Claim[]): Judgement {
  const { name } = bridge;
  const own = claims.find((claim) => claim.interface === name);
  if (own === undefined) return skip(`nothing makes ${name} at boot: see network.boot-manager`);
  const words = wordsOf[own.manager](name);
  const lacking = [
    ...(own.kind === 'bridge' ? [] : ['it is no bridge there']),
    ...(own.atBoot ? [] : [words.down]),
    ...own.faults,
    ...portsDown(own, claims),
    ...(bridge.hostAddress ? lacksAddress(own, claims, words.gateway) : []),
  ];
  if (lacking.length === 0) return pass(`${name} is brought up at boot by ${placeOf(own)}`);
  return warn(
    `${name} of ${placeOf(own)} would not survive a reboot: ${lacking.join('; ')}`,
    words.remedy,
  );
}

/** ifupdown brings a network card up with its bridge; a bond has to be there before. */
function portsDown({ manager, ports }: Claim, claims: readonly Claim[]): string[] {
  const byItself = manager === 'ifupdown' || manager === 'ifupdown2';
  return claims
    .filter((claim) => claim.manager === manager && ports?.includes(claim.interface))
    .filter(({ atBoot, kind }) => !atBoot && (kind === 'bond' || !byItself))
    .map((port) => `its port ${port.interface} does not come up`);
}

function lacksAddress(own: Claim, claims: readonly Claim[], gateway: string): string[] {
  if (own.method === 'dhcp') return [];
  const refused = own.faults.length > 0;
  return [
    ...(own.addresses.length > 0 || refused ? [] : ['it gets no address']),
    ...(claims.some((claim) => claim.gateway !== null || claim.method === 'dhcp') ? [] : [gateway]),
  ];
}

interface Words {
  down: string;
  gateway: string;
  remedy: string;
}

function ofInterfaces(name: string): Words {
  return {
    down: `no "auto ${name}"`,
    gateway: 'no "gateway" in any stanza',
    remedy:
      `write "auto ${name}" above "iface ${name}", and its address and gateway into it; ` +
      'a bridge for guests alone takes "inet manual"',
  };
}

const wordsOf: Record<Claim['manager'], (name: string) => Words> = {
  ifupdown: ofInterfaces,
  ifupdown2: ofInterfaces,
  'systemd-networkd': (name) => ({
    down: 'it stays down',
    gateway: 'no "Gateway=" in any .network file',
    remedy:
      `give ${name} a .network file with Address= and Gateway= in [Network], ` +
      'and each of its ports one with Bridge=',
  }),
  NetworkManager: (name) => ({
    down: 'autoconnect is off',
    gateway: 'no gateway in any profile',
    remedy:
      `nmcli connection modify ${name} connection.autoconnect yes, ` +
      'and ipv4.addresses and ipv4.gateway with it',
  }),
};

/** What the configuration for the next boot says of the bridges. */
export const bootChecks: Check[] = [bootManager, bootConfiguration, bootRuntime];
