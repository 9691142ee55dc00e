import { type Check, defineCheck, type Judgement } from '../../check.ts';
import { known, unknownBecause } from '../../evidence.ts';
import type { Stanza } from '../../facts/network.ts';
import { pass, skip, warn } from '../../judgement.ts';
import type { PolicyBridge } from './each-bridge.ts';

const FILE = '/etc/network/interfaces';

const bootConfiguration = defineCheck({
  id: 'network.boot-configuration',
  title: 'The bridge comes up at boot, with its address and gateway',
  why:
    'ifupdown brings up what "auto" or "allow-hotplug" names and nothing else: a bridge made by ' +
    'hand, or a stanza that lost its "auto" or "gateway" line, is gone after the next reboot.',
  rules: ['NET-17', 'NET-18'],
  needs: ['network'],
  judge({ network }, policy) {
    const wanted = policy.network.bridges;
    if (wanted.length === 0) return skip('the policy names no bridge');
    if (network.ifupdown === undefined) unknownBecause('the report does not hold the stanzas');
    const stanzas = known(network.ifupdown);
    if (stanzas === null) return skip(`there is no ${FILE}: ifupdown does not make the network`);
    return wanted.map((bridge) => ({ subject: bridge.name, ...judgeStanzas(bridge, stanzas) }));
  },
});

function judgeStanzas(bridge: PolicyBridge, all: readonly Stanza[]): Judgement {
  const { name, hostAddress } = bridge;
  const own = all.filter((stanza) => stanza.interface === name);
  const [first] = own;
  if (first === undefined) return skip(`${FILE} has no stanza of ${name}: something else makes it`);
  const missing = [
    ...(first.atBoot ? [] : [`no "auto ${name}"`]),
    ...own.filter(lacksAddress).map(() => 'method static without an address, which ifup refuses'),
    ...(hostAddress && !all.some((one) => one.gateway !== null) && !own.some(usesDhcp)
      ? ['no "gateway" in any stanza']
      : []),
  ];
  if (missing.length === 0) return pass(`${name} is brought up at boot by ${FILE}`);
  return warn(
    `the stanza of ${name} in ${FILE} would not survive a reboot: ${missing.join('; ')}`,
    `write "auto ${name}" above "iface ${name}", and its address and gateway into it; ` +
      'a bridge for guests alone takes "inet manual"',
  );
}

function lacksAddress({ method, addresses }: Stanza): boolean {
  return method === 'static' && addresses.length === 0;
}

function usesDhcp({ method }: Stanza): boolean {
  return method === 'dhcp';
}

/** What the configuration for the next boot says of the bridges. */
export const bootChecks: Check[] = [bootConfiguration];
