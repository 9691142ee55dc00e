import { z } from 'zod';
import { referenceSchema } from './policy-reference.ts';
import { rulesSchema } from './rule.ts';
import { parseBytes, parseDuration } from './units.ts';
import { windowSchema } from './window.ts';

const size = z
  .string()
  .refine((text) => parseBytes(text) !== null, 'expected a size with a unit, such as "20 GiB"')
  .meta({ 'x-unit': 'bytes', examples: ['20 GiB'] })
  .transform((text) => parseBytes(text) ?? Number.NaN);
const duration = z
  .string()
  .refine((text) => parseDuration(text) !== null, 'expected a duration, such as "15m" or "2h"')
  .meta({ 'x-unit': 'ms', examples: ['15m', '2h'] })
  .transform((text) => parseDuration(text) ?? Number.NaN);
const address = z.union([z.ipv4(), z.ipv6()], 'expected an IPv4 or IPv6 address');

const device = z
  .string()
  .regex(/^\/dev\/[\w.+/-]+$/, 'expected a path such as /dev/sda5')
  .meta({ examples: ['/dev/sda5'] });

const nodeSchema = z.strictObject({
  name: z.string().min(1).describe('FQDN of the node, as Ganeti will know it'),
  address: address.optional().describe('primary address'),
  secondaryAddress: address.optional().describe('address on the replication network'),
  group: z.string().default('default').describe('node group'),
  device: device.optional().describe('storage.device where this node differs'),
});

const clusterSchema = z.strictObject({
  name: z.string().optional().describe('FQDN of the cluster, as given to gnt-cluster init'),
  address: address.optional().describe('the cluster address, held by the master'),
  sshSetup: z
    .boolean()
    .default(true)
    .describe(
      "Ganeti exchanges root's SSH keys and the host keys; false where something else has given " +
        'all nodes the same',
    ),
  etcHosts: z.boolean().default(true).describe('Ganeti keeps /etc/hosts the same on all nodes'),
});

const storageSchema = z.strictObject({
  volumeGroup: z.string().default('gnt').describe('name of the LVM volume group'),
  device: device.optional().describe('what the volume group is to be made of, for muster plan'),
  minimumSize: size
    .prefault('20480 MiB')
    .describe('gnt-cluster init refuses a smaller volume group'),
  minimumFree: size.prefault('10 GiB').describe('free space below which an installed VG warns'),
  diskTemplates: z
    .array(z.string())
    .default(['plain', 'drbd'])
    .describe('enabled disk templates; drbd turns the DRBD checks on'),
  usermodeHelper: z.string().default('/bin/true').describe('usermode_helper of the drbd module'),
});

const networkSchema = z.strictObject({
  bridges: z
    .array(
      z.strictObject({
        name: z.string().describe('bridge that guests are linked to'),
        hostAddress: z
          .boolean()
          .default(true)
          .describe('the bridge carries the address of the node; false for a guest-only bridge'),
        uplink: z.boolean().default(true).describe('a physical port is expected'),
        vlanAware: z.boolean().default(false).describe('vlan_filtering must be on'),
      }),
    )
    .prefault([{ name: 'br0' }]),
  masterNetdev: z.string().default('br0').describe('interface for the cluster address'),
  masterNetmask: z
    .int()
    .min(1)
    .max(128)
    .optional()
    .describe('prefix length of the cluster address; else that of the master'),
  secondaryNetwork: z
    .string()
    .optional()
    .describe('prefix of the replication network, such as 10.0.0.0/24'),
});

const hvparamsSchema = z.strictObject({
  cpu_type: z.string().optional().describe('configured CPU type, as Ganeti spells it'),
  machine_version: z.string().optional().describe('configured machine type'),
  kvm_path: z.string().optional().describe('path of the QEMU binary'),
  vhost_net: z.boolean().default(true),
});

const thresholdsSchema = z.strictObject({
  rootMinimum: size.prefault('10 GB').describe('root filesystem: below this is a failure'),
  rootAdvised: size.prefault('60 GB').describe('root filesystem: below this is worth a word'),
  filesystemFreePercent: z.number().min(0).max(100).default(10),
  maximumAge: duration.prefault('2h').describe('an older report counts as missing'),
  latency: duration
    .prefault('1 ms')
    .describe('a longer way to another node warns; its networks are local ones'),
  memoryMinimum: size.prefault('2 GiB').describe('memory of a node: below this warns'),
});

const severitySchema = z
  .record(z.string(), z.enum(['fail', 'warn'], 'expected "fail" or "warn"'))
  .default({})
  .describe('how grave what a check finds is: an id or glob such as "storage.*": fail or warn');

/** What the cluster is meant to be. Every default is the value of the guide users follow. */
export const policySchema = z.strictObject({
  cluster: clusterSchema.prefault({}),
  nodes: z.array(nodeSchema).default([]).describe('the nodes the cluster is to have'),
  storage: storageSchema.prefault({}),
  network: networkSchema.prefault({}),
  hvparams: hvparamsSchema.prefault({}),
  qemu: z
    .strictObject({
      planned: z
        .string()
        .default('7.2')
        .describe('QEMU that a node without one is judged against; Debian 12 has 7.2'),
    })
    .prefault({}),
  thresholds: thresholdsSchema.prefault({}),
  reference: referenceSchema,
  severity: severitySchema,
  rules: rulesSchema,
  windows: z
    .array(windowSchema)
    .default([])
    .describe('planned work on nodes: what changes there meanwhile is not announced'),
});

export type Policy = z.infer<typeof policySchema>;
export type PolicyNode = Policy['nodes'][number];

/** The policy that holds when none is given: the guide's values. */
export function defaultPolicy(): Policy {
  return policySchema.parse({});
}

/** The policy's entry for a node, by its exact name. */
export function policyNode(policy: Policy, node: string): PolicyNode | undefined {
  return policy.nodes.find((entry) => entry.name === node);
}

/** The address that the policy gives a node in a role. */
export function addressIn(
  entry: PolicyNode | undefined,
  role: 'primary' | 'secondary',
): string | undefined {
  return role === 'primary' ? entry?.address : entry?.secondaryAddress;
}

/** The names that every node must resolve: all nodes, then the cluster. */
export function policyNames(policy: Policy): string[] {
  const names = policy.nodes.map((node) => node.name);
  return [...new Set(policy.cluster.name ? [...names, policy.cluster.name] : names)];
}
