import { z } from 'zod';
import { readingOf } from '../reading.ts';

export const interfaceSchema = z.strictObject({
  name: z.string(),
  kind: z
    .string()
    .nullable()
    .describe('kernel link kind: bridge, bond, vlan, tun, veth …; null for a plain device'),
  macAddress: z.string().nullable(),
  mtuBytes: z.int().nonnegative(),
  up: z.boolean().describe('administratively up (IFF_UP)'),
  operState: z.string().describe('operstate in lower case: up, down, unknown, lowerlayerdown …'),
  carrier: z.boolean().nullable().describe('null when the interface is down: not readable then'),
  speedMbps: z.int().positive().nullable().describe('null when the driver does not say'),
  duplex: z.string().nullable(),
  master: z.string().nullable().describe('the bridge or bond it is a port of'),
  physical: z.boolean().nullable().describe('has a device behind it in sysfs; null: not known'),
});

export const bridgeSchema = z.strictObject({
  name: z.string(),
  ports: z.array(z.string()).nullable().describe('null: could not be read'),
  stp: z.boolean().nullable().describe('stp_state is not 0'),
  forwardDelayMs: z.number().nonnegative().nullable(),
  vlanFiltering: z.boolean().nullable(),
});

export const addressSchema = z.strictObject({
  interface: z.string(),
  family: z.enum(['inet', 'inet6']),
  address: z.string(),
  prefixLength: z.int(),
  scope: z.string().describe('global, host, link …'),
});

export const routeSchema = z.strictObject({
  family: z.enum(['inet', 'inet6']),
  destination: z.string().describe('"default" or a prefix'),
  gateway: z.string().nullable(),
  interface: z.string().nullable(),
  source: z.string().nullable(),
  metric: z.int().nullable(),
  type: z.string().nullable().describe('unicast when null; blackhole, unreachable …'),
});

/** What can make the network of a Debian host at boot. */
export const bootManagers = [
  'ifupdown',
  'ifupdown2',
  'systemd-networkd',
  'NetworkManager',
] as const;

export const bootInterfaceSchema = z.strictObject({
  interface: z.string(),
  source: z.string().describe('the file and line that begins it, as /etc/network/interfaces:4'),
  kind: z.enum(['bridge', 'bond', 'vlan', 'plain']),
  atBoot: z.boolean().describe('comes up at boot without anybody asking for it'),
  ports: z
    .array(z.string())
    .nullable()
    .describe(
      'ports of a bridge, slaves of a bond; null: the way they are named is not understood',
    ),
  method: z.enum(['static', 'dhcp', 'none']).describe('how it comes by its IPv4 address'),
  addresses: z.array(z.string()).describe('with their prefix length where it is stated'),
  gateway: z.string().nullable().describe('the default route of IPv4'),
  mtuBytes: z.int().positive().nullable().describe('null: not stated'),
  bondMode: z.string().nullable().describe('as the bonding driver spells it: 802.3ad …'),
  stp: z.boolean().nullable().describe('of a bridge; what is not stated is as its default'),
  forwardDelayMs: z.number().nonnegative().nullable().describe('of a bridge, with the default'),
  vlanAware: z.boolean().nullable().describe('of a bridge, with the default'),
  faults: z.array(z.string()).describe('why it would not come up as it is written'),
});

export const bootManagerSchema = z.strictObject({
  name: z.enum(bootManagers),
  state: readingOf(z.enum(['absent', 'disabled', 'masked', 'enabled'])).describe(
    'of its systemd unit; only one that is enabled makes anything at boot',
  ),
  interfaces: readingOf(z.array(bootInterfaceSchema)).describe('what its files ask it to make'),
});

export const bondSchema = z.strictObject({
  name: z.string(),
  mode: z
    .string()
    .describe('in the words of the kernel, such as "fault-tolerance (active-backup)"'),
  up: z.boolean().describe('MII status of the bond'),
  activeSlave: z.string().nullable().describe('where one link works and the others wait'),
  aggregatorId: z.int().nonnegative().nullable().describe('the active one of 802.3ad'),
  slaves: z.array(
    z.strictObject({
      name: z.string(),
      up: z.boolean().describe('MII status of the link'),
      speedMbps: z.int().positive().nullable(),
      linkFailures: z.int().nonnegative().describe('since the link joined'),
      aggregatorId: z.int().nonnegative().nullable(),
    }),
  ),
});

export const networkSchema = z.strictObject({
  interfaces: z.array(interfaceSchema),
  bridges: z.array(bridgeSchema),
  addresses: readingOf(z.array(addressSchema)),
  routes: readingOf(z.array(routeSchema)).describe('main table, both families'),
  boot: z
    .array(bootManagerSchema)
    .optional()
    .describe('what each of those that can make the network would make at the next boot'),
  bonds: readingOf(z.array(bondSchema)).optional().describe('/proc/net/bonding'),
});

export type NetworkInterface = z.infer<typeof interfaceSchema>;
export type Bridge = z.infer<typeof bridgeSchema>;
export type Address = z.infer<typeof addressSchema>;
export type Route = z.infer<typeof routeSchema>;
export type Bond = z.infer<typeof bondSchema>;
export type BootInterface = z.infer<typeof bootInterfaceSchema>;
export type BootManager = z.infer<typeof bootManagerSchema>;
export type NetworkFacts = z.infer<typeof networkSchema>;
