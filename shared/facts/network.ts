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

export const stanzaSchema = z.strictObject({
  interface: z.string(),
  family: z.string().nullable().describe('inet, inet6; null when it inherits'),
  method: z.string().nullable().describe('static, manual, dhcp …'),
  atBoot: z.boolean().describe('named by "auto" or "allow-hotplug": comes up at boot'),
  addresses: z.array(z.string()),
  gateway: z.string().nullable(),
  bridgePorts: z.array(z.string()).nullable().describe('null: no bridge_ports, so no bridge'),
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
  ifupdown: readingOf(z.array(stanzaSchema).nullable())
    .optional()
    .describe('stanzas of /etc/network/interfaces; null: there is no such file'),
  bonds: readingOf(z.array(bondSchema)).optional().describe('/proc/net/bonding'),
});

export type NetworkInterface = z.infer<typeof interfaceSchema>;
export type Bridge = z.infer<typeof bridgeSchema>;
export type Address = z.infer<typeof addressSchema>;
export type Route = z.infer<typeof routeSchema>;
export type Bond = z.infer<typeof bondSchema>;
export type Stanza = z.infer<typeof stanzaSchema>;
export type NetworkFacts = z.infer<typeof networkSchema>;
