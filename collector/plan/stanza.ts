import type { BootInterface } from '../../shared/facts/network.ts';
import type { Held, PlanLine } from '../../shared/install-plan.ts';
import type { Policy } from '../../shared/policy.ts';
import { forbidden, run, untold } from './draft.ts';

export type PolicyBridge = Policy['network']['bridges'][number];

/** How a file of ifupdown is changed; lines that can be run again. */
export type Change = PlanLine[] | Held;

type Addressing = Pick<BootInterface, 'method' | 'addresses' | 'gateway'>;

/** The stanza of a bridge with all that a reboot needs; a bridge for guests has no address. */
export function stanzaOf(bridge: PolicyBridge, from: Addressing | null, port: string): string[] {
  const { name, hostAddress, vlanAware } = bridge;
  const method = from?.method === 'dhcp' ? 'dhcp' : 'static';
  const options = [
    ...(hostAddress && method === 'static' ? (from?.addresses ?? ['ADDRESS/LENGTH']) : []).map(
      (address) => `address ${address}`,
    ),
    ...(hostAddress && method === 'static' ? [`gateway ${from?.gateway ?? 'GATEWAY'}`] : []),
    ...bridgeOptions(port, vlanAware),
  ];
  return [
    `auto ${name}`,
    `iface ${name} inet ${hostAddress ? method : 'manual'}`,
    ...options.map((option) => `        ${option}`),
  ];
}

function bridgeOptions(port: string, vlanAware: boolean): string[] {
  return [
    `bridge_ports ${port}`,
    ...(vlanAware ? ['bridge_vlan_aware yes'] : []),
    ...['bridge_stp off', 'bridge_waitport 0', 'bridge_fd 0'],
  ];
}

/**
 * The stanza of a network card becomes that of the bridge over it: whatever else it says, such as
 * name servers and routes, stays. Nothing is left to change when it is run again.
 */
export function renamed(port: BootInterface, bridge: PolicyBridge): Change {
  const file = fileOf(port);
  if (file === null || !isPlain(port.interface) || !isPlain(bridge.name)) return byHand(port);
  if (port.faults.length > 0) return byHand(port, port.faults.join('; '));
  const from = escaped(port.interface);
  const own = `/^iface[[:space:]]+${from}[[:space:]]+inet[[:space:]]/`;
  const scripts = [
    `/^(auto|allow-hotplug)[[:space:]]/s/[[:space:]]+${from}([[:space:]]|$)/\\1/`,
    '/^(auto|allow-hotplug)[[:space:]]*$/d',
    `${own}i\\auto ${bridge.name}`,
    ...bridgeOptions(port.interface, bridge.vlanAware).map((text) => `${own}a\\        ${text}`),
    `s/^iface[[:space:]]+${from}[[:space:]]/iface ${bridge.name} /`,
  ];
  return [kept(file), run(sed(scripts, file))];
}

/** What the stanza of the bridge lacks to come up at boot with address and gateway. */
export function mended(
  own: BootInterface,
  {
    bridge,
    gateway,
    lacksGateway,
  }: {
    bridge: PolicyBridge;
    /** the default route that holds now */
    gateway: string | null;
    lacksGateway: boolean;
  },
): Change {
  const file = fileOf(own);
  if (file === null || !isPlain(own.interface)) return byHand(own);
  if (own.kind !== 'bridge') return byHand(own, `${own.interface} is no bridge there`);
  const head = `^iface[[:space:]]+${escaped(own.interface)}[[:space:]]+inet[[:space:]]+`;
  const lines = [
    ...(own.atBoot
      ? []
      : [
          run(
            sed([`/${head}/i\\auto ${own.interface}`], file),
            found(`auto ${own.interface}`, file),
          ),
        ]),
    ...(bridge.hostAddress ? [] : [run(sed([`s/(${head})static[[:space:]]*$/\\1manual/`], file))]),
  ];
  if (bridge.vlanAware && own.vlanAware === false) {
    const line = '        bridge_vlan_aware yes';
    lines.push(run(sed([`/${head}/a\\${line}`], file), found(line, file)));
  }
  if (lacksGateway && bridge.hostAddress) {
    if (gateway === null) {
      const evidence = `write "gateway ADDRESS" into the stanza of ${own.interface}`;
      return untold('the node has no default route that a gateway could be told from', evidence);
    }
    const line = `        gateway ${gateway}`;
    lines.push(run(sed([`/${head}static/a\\${line}`], file), found(line, file)));
  }
  return lines.length > 0
    ? [kept(file), ...lines]
    : byHand(own, own.faults.join('; ') || undefined);
}

function byHand({ interface: name, source }: BootInterface, why?: string): Held {
  const reason = why ?? `the stanza of ${name} (${source}) is not one to change by rule`;
  return forbidden(reason, `write the stanza of the bridge by hand, in place of ${name}`);
}

function sed(scripts: readonly string[], file: string): string[] {
  return ['sed', '-E', '-i', ...scripts.flatMap((script) => ['-e', script]), file];
}

/** A copy of the file as it was first, where nothing reads it as another file of the same kind. */
export function kept(file: string): PlanLine {
  const copy = `/var/backups/${file.slice(1).replaceAll('/', '-')}.before-muster`;
  return run(['cp', '-p', file, copy], ['test', '-e', copy]);
}

function found(line: string, file: string): string[] {
  return ['grep', '-qxF', '-e', line, file];
}

function fileOf({ source }: BootInterface): string | null {
  return /^(\/etc\/network\/interfaces(?:\.d\/[\w-]+)?):\d+$/.exec(source)?.[1] ?? null;
}

/** A name that is itself in the stanza and, escaped, in an expression of sed. */
function isPlain(name: string): boolean {
  return /^[\w.-]+$/.test(name) && !name.startsWith('-');
}

function escaped(name: string): string {
  return name.replaceAll('.', '\\.');
}
