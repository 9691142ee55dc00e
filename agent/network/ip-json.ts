import { z } from 'zod';
import type { Address, Bridge, NetworkInterface, Route } from '../../shared/facts/network.ts';
import { parseJson } from '../json.ts';

const bridgeData = z.object({
  stp_state: z.int().nullish(),
  forward_delay: z.number().nonnegative().nullish(),
  vlan_filtering: z.int().nullish(),
});

const linkSchema = z.object({
  ifname: z.string().min(1),
  flags: z.array(z.string()),
  mtu: z.int().nonnegative(),
  operstate: z.string().min(1),
  master: z.string().nullish(),
  address: z.string().nullish(),
  linkinfo: z
    .object({ info_kind: z.string().nullish(), info_data: z.unknown().optional() })
    .nullish(),
  addr_info: z.array(
    z.object({ family: z.string(), local: z.string(), prefixlen: z.int(), scope: z.string() }),
  ),
});

type Link = z.infer<typeof linkSchema>;

/** What `ip -j -d addr show` tells of an interface; the rest stands in sysfs alone. */
export type LinkFacts = Omit<NetworkInterface, 'speedMbps' | 'duplex' | 'physical'>;

/** All of `ip -j -d addr show`: interfaces, bridges and addresses from one answer. */
export interface Links {
  interfaces: LinkFacts[];
  bridges: Bridge[];
  addresses: Address[];
}

/** The interfaces, bridges and addresses of `ip -j -d addr show`. */
export function parseLinks(text: string): Links {
  const links = parseJson(text, z.array(linkSchema).min(1), 'ip -j -d addr show');
  return {
    interfaces: links.map(interfaceOf),
    bridges: links
      .filter((link) => link.linkinfo?.info_kind === 'bridge')
      .map((link) => bridgeOf(link, links)),
    addresses: links.flatMap(addressesOf),
  };
}

function interfaceOf(link: Link): LinkFacts {
  const up = link.flags.includes('UP');
  return {
    name: link.ifname,
    kind: link.linkinfo?.info_kind ?? null,
    macAddress: link.address ?? null,
    mtuBytes: link.mtu,
    up,
    operState: link.operstate.toLowerCase(),
    carrier: up ? link.flags.includes('LOWER_UP') : null,
    master: link.master ?? null,
  };
}

/** The kernel counts a bridge's times in hundredths of a second (USER_HZ), and so does ip. */
export const MS_PER_TICK = 10;

function bridgeOf(link: Link, links: readonly Link[]): Bridge {
  const data = bridgeData.safeParse(link.linkinfo?.info_data);
  const { stp_state, forward_delay, vlan_filtering } = data.success ? data.data : {};
  return {
    name: link.ifname,
    ports: links.filter(({ master }) => master === link.ifname).map(({ ifname }) => ifname),
    stp: stp_state == null ? null : stp_state !== 0,
    forwardDelayMs: forward_delay == null ? null : forward_delay * MS_PER_TICK,
    vlanFiltering: vlan_filtering == null ? null : vlan_filtering !== 0,
  };
}

function addressesOf(link: Link): Address[] {
  return link.addr_info.flatMap(({ family, local, prefixlen, scope }) =>
    family === 'inet' || family === 'inet6'
      ? [{ interface: link.ifname, family, address: local, prefixLength: prefixlen, scope }]
      : [],
  );
}

const nextHop = z.object({ gateway: z.string().nullish(), dev: z.string().nullish() });
const routeRow = nextHop.extend({
  dst: z.string().min(1),
  type: z.string().nullish(),
  prefsrc: z.string().nullish(),
  metric: z.int().nullish(),
  via: z.object({ host: z.string() }).nullish(),
  nexthops: z.array(nextHop).nullish(),
});

/** The routes of `ip -j route show` of one family; a route over several hops is one for each. */
export function parseRoutes(text: string, family: Route['family']): Route[] {
  // Without a single route some versions of ip print nothing at all
  if (text.trim() === '') return [];
  const rows = parseJson(text, z.array(routeRow), `ip -j route show (${family})`);
  return rows.flatMap((row) =>
    (row.nexthops ?? [row]).map((hop) => ({
      family,
      destination: row.dst,
      gateway: hop.gateway ?? row.via?.host ?? null,
      interface: hop.dev ?? row.dev ?? null,
      source: row.prefsrc ?? null,
      metric: row.metric ?? null,
      type: row.type ?? null,
    })),
  );
}
