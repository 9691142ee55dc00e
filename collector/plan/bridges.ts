import { bootClaims, type Claim } from '../../shared/checks/network/boot-claims.ts';
import { MissingEvidence } from '../../shared/evidence.ts';
import type { NetworkFacts } from '../../shared/facts/network.ts';
import type { Held } from '../../shared/install-plan.ts';
import type { Policy } from '../../shared/policy.ts';
import { listed } from '../../shared/wording.ts';
import { type Draft, forbidden, run, untold } from './draft.ts';
import { factsOf, findingsOf, isTrouble, type PlanNode } from './scene.ts';
import { type Change, mended, type PolicyBridge, renamed, stanzaOf } from './stanza.ts';

const CHECKS = [
  'network.bridge',
  'network.bridge-address',
  'network.boot-manager',
  'network.boot-configuration',
  'network.vlan-filtering',
];

const REASON =
  'ifupdown brings up what "auto" names and nothing else, and without "gateway" the node has ' +
  'no default route after a reboot; a bridge for guests alone is "manual"';

/** The bridges of the policy in the files of ifupdown, and the reboot that makes them. */
export function bridges(node: PlanNode, policy: Policy): Draft[] {
  return policy.network.bridges.flatMap((bridge) => {
    const own = findingsOf(node, CHECKS).filter(({ subject }) => subject === bridge.name);
    const draft = { kind: 'bridge' as const, node: node.name, reason: REASON };
    if (own.length > 0 && !own.some(isTrouble)) return [{ ...draft, lines: [], done: true }];
    const { change, stanza } = changeFor(node, bridge);
    if ('by' in change) {
      // a bridge that is there and works holds nothing back, whatever the next boot makes of it
      const warns =
        own.length > 0 && own.filter(isTrouble).every(({ verdict }) => verdict === 'warn');
      const held = warns ? { ...change, by: 'warn' as const } : change;
      return [{ ...draft, lines: [], result: stanza, held }];
    }
    const made = { ...draft, lines: change, result: stanza };
    const isWell = (check: string) =>
      own.some((one) => one.check === check && (one.verdict === 'pass' || one.verdict === 'skip'));
    const settled = ['network.bridge', 'network.vlan-filtering'].every(isWell);
    return settled ? [made] : [made, reboot(node, bridge)];
  });
}

/** Its line fails until the node has been rebooted, so nothing behind it runs before. */
function reboot(node: PlanNode, { name, vlanAware }: PolicyBridge): Draft {
  const folder = `/sys/class/net/${name}/bridge`;
  const test = vlanAware
    ? ['grep', '-qx', '1', `${folder}/vlan_filtering`]
    : ['test', '-d', folder];
  return {
    kind: 'reboot',
    node: node.name,
    lines: [run(test)],
    reason: `systemctl reboot makes ${name}; then run these lines again, they go on from here`,
  };
}

/** Stands where no port can be told. */
const PLACEHOLDER = 'PORT';

function changeFor(node: PlanNode, bridge: PolicyBridge): { change: Change; stanza: string[] } {
  const network = factsOf(node, 'network');
  const unclear = (change: Held) => ({ change, stanza: stanzaOf(bridge, null, PLACEHOLDER) });
  if (network === null) return unclear(untold('its network is not known', EVIDENCE));
  const claims = claimsOf(network);
  if ('by' in claims) return unclear(claims);
  const own = claims.find((one) => one.interface === bridge.name);
  if (own !== undefined) return ofExisting(own, { bridge, network, claims });
  if (!bridge.hostAddress) return forGuests(network, claims, bridge);
  const port = claims.find((one) => one.gateway !== null);
  if (port === undefined || port.kind !== 'plain') {
    const reason =
      port === undefined
        ? 'no interface of its files has an address and gateway for the bridge to take over'
        : `${port.interface}, which has the gateway, is a ${port.kind}`;
    return unclear(untold(reason, `write the stanza of ${bridge.name} by hand`));
  }
  return { change: renamed(port, bridge), stanza: stanzaOf(bridge, port, port.interface) };
}

/** What ifupdown makes at boot, when nothing else makes anything. */
function claimsOf(network: NetworkFacts): Claim[] | Held {
  try {
    const claims = bootClaims(network);
    const other = claims.find(({ manager }) => !manager.startsWith('ifupdown'));
    if (other === undefined) return claims;
    const reason = `${other.manager} makes ${other.interface}; the guide's stanza is for ifupdown`;
    return forbidden(reason, `make the bridge with ${other.manager}, or change to ifupdown`);
  } catch (error) {
    if (error instanceof MissingEvidence) return untold(error.message, EVIDENCE);
    throw error;
  }
}

const EVIDENCE = 'its report, with the section "network"';

interface Around {
  bridge: PolicyBridge;
  network: NetworkFacts;
  claims: readonly Claim[];
}

function ofExisting(own: Claim, { bridge, network, claims }: Around) {
  const gateway = gatewayOf(network);
  const lacksGateway = !claims.some((one) => one.gateway !== null || one.method === 'dhcp');
  const port = own.ports?.join(' ') ?? PLACEHOLDER;
  return {
    change: mended(own, { bridge, gateway, lacksGateway }),
    stanza: stanzaOf(bridge, { ...own, gateway: own.gateway ?? gateway }, port),
  };
}

function gatewayOf({ routes }: NetworkFacts): string | null {
  if (routes.status !== 'ok') return null;
  const found = routes.value.find(
    ({ family, destination }) => family === 'inet' && destination === 'default',
  );
  return found?.gateway ?? null;
}

const FILE = '/etc/network/interfaces';

/** A port of its own, when just one card is free. */
function forGuests(network: NetworkFacts, claims: readonly Claim[], bridge: PolicyBridge) {
  const used = new Set([
    ...claims.filter((one) => one.addresses.length > 0 || one.method === 'dhcp').map(nameOf),
    ...claims.flatMap(({ ports }) => ports ?? []),
  ]);
  const free = network.interfaces
    .filter((one) => one.physical === true && one.master === null && !used.has(one.name))
    .map(({ name }) => name);
  const port = bridge.uplink ? free[0] : 'none';
  if (port === undefined || (bridge.uplink && free.length > 1)) {
    const found = listed(free) || 'none';
    const reason = `which card is the port of ${bridge.name} cannot be told: free are ${found}`;
    const change = untold(reason, `write the stanza of ${bridge.name} by hand`);
    return { change, stanza: stanzaOf(bridge, null, PLACEHOLDER) };
  }
  const stanza = stanzaOf(bridge, null, port);
  const change = [run(endedFile(FILE)), { do: 'append' as const, file: FILE, lines: stanza }];
  return { change, stanza };
}

function nameOf({ interface: name }: Claim): string {
  return name;
}

/** Ends the last line of a file, so that another can follow. */
export function endedFile(file: string): string[] {
  return ['sed', '-i', '-e', '$a\\', file];
}
