import { z } from 'zod';

const texts = z.array(z.string());
const whole = z.int().nonnegative();

/** What stands in a parameter's place when its value may hold a secret and stays on the node. */
export const WITHHELD = '(set, withheld)';

export const hvparamsSchema = z
  .record(z.string(), z.string())
  .describe(
    `parameter to its value as ssconf spells it (True, False, 1000); ${WITHHELD} for kvm_extra, ` +
      'kernel arguments and parameters that the agent does not know, when they are set',
  );

const beparamsSchema = z.strictObject({
  minMemoryMiB: whole,
  maxMemoryMiB: whole,
  vcpus: whole,
  autoBalance: z.boolean(),
  alwaysFailover: z.boolean(),
});

export const nicparamsSchema = z.strictObject({
  mode: z.string().describe('bridged, routed, openvswitch'),
  link: z.string().describe('the bridge, or the routing table'),
  vlan: z.string().describe('as Ganeti spells it, such as .5 or :5:6; empty: none'),
});

const specsSchema = z.strictObject({
  memoryMiB: z.number().nullable(),
  vcpus: z.number().nullable(),
  diskMiB: z.number().nullable(),
  disks: z.number().nullable(),
  nics: z.number().nullable(),
  spindles: z.number().nullable(),
});

export const ipolicySchema = z
  .strictObject({
    vcpuRatio: z.number().nullable().describe('virtual CPUs for each of the node'),
    spindleRatio: z.number().nullable(),
    diskTemplates: texts.nullable(),
    ranges: z.array(z.strictObject({ min: specsSchema, max: specsSchema })),
  })
  .describe('null: not set here; a group inherits from the cluster what it does not set');

export const clusterConfigSchema = z.strictObject({
  name: z.string(),
  masterNode: z.string().describe('its name'),
  masterNetdev: z.string(),
  candidatePoolSize: whole,
  enabledHypervisors: texts,
  enabledDiskTemplates: texts.nullable().describe('null: a release before 2.8, which has no list'),
  volumeGroup: z.string().nullable().describe('null: the cluster uses no LVM'),
  drbdUsermodeHelper: z.string().nullable(),
  reservedLvs: texts.describe('regular expressions of volumes that verify leaves alone'),
  hvparams: z
    .record(z.string(), hvparamsSchema)
    .describe('by enabled hypervisor; what is effective fills gaps from ssconf.hvparamsKvm'),
  osHvparams: z
    .record(z.string(), z.record(z.string(), hvparamsSchema))
    .describe('by operating system and enabled hypervisor: what it overrides'),
  beparams: beparamsSchema,
  nicparams: nicparamsSchema,
  diskparams: z
    .record(z.string(), z.record(z.string(), z.string()))
    .describe(`by disk template; rates in KiB/s; custom options are ${WITHHELD}`),
  defaultIallocator: z.string().nullable(),
  ipolicy: ipolicySchema,
  tags: texts,
  modifyEtcHosts: z.boolean(),
  maintainNodeHealth: z.boolean(),
  enabledUserShutdown: z.boolean(),
  exclusiveStorage: z.boolean(),
  fileStorageDir: z.string().nullable(),
  sharedFileStorageDir: z.string().nullable(),
  glusterStorageDir: z.string().nullable(),
});

export const nodeGroupConfigSchema = z.strictObject({
  uuid: z.string(),
  name: z.string(),
  allocPolicy: z.string().nullable().describe('preferred, last_resort, unallocable'),
  ipolicy: ipolicySchema.describe('what the group sets of its own'),
  exclusiveStorage: z.boolean().nullable().describe("null: the cluster's value holds"),
  networks: z
    .array(z.strictObject({ network: z.string(), ...nicparamsSchema.shape }))
    .describe('networks connected to the group, by name, with how NICs attach'),
  tags: texts,
});

export const nodeConfigSchema = z.strictObject({
  uuid: z.string(),
  name: z.string(),
  primaryAddress: z.string(),
  secondaryAddress: z.string(),
  group: z.string().describe('name of its node group'),
  offline: z.boolean(),
  drained: z.boolean(),
  masterCandidate: z.boolean(),
  masterCapable: z.boolean(),
  vmCapable: z.boolean(),
  tags: texts,
});

export const diskConfigSchema = z.strictObject({
  template: z.string().describe('plain, drbd, file, sharedfile, rbd …'),
  sizeMiB: whole,
  volumeGroup: z.string().nullable().describe('of plain and drbd'),
  lvNames: texts.describe('of plain and drbd: <uuid>.diskN, with _data and _meta for drbd'),
  path: z.string().nullable().describe('of file templates and blockdev'),
  drbd: z
    .strictObject({
      port: whole.nullable(),
      minors: z.array(z.strictObject({ node: z.string(), minor: whole })).length(2),
    })
    .nullable()
    .describe('null: not a drbd disk'),
});

export const instanceConfigSchema = z.strictObject({
  uuid: z.string().nullable(),
  name: z.string(),
  primaryNode: z.string().describe('its name'),
  secondaryNodes: texts.describe('by name: the other ends of its DRBD disks'),
  adminState: z.string().describe('up, down, offline: what the operator wants'),
  os: z.string(),
  hypervisor: z.string(),
  diskTemplate: z.string().describe('of all its disks; diskless without any; mixed'),
  hvparams: hvparamsSchema.describe('its own overrides'),
  beparams: beparamsSchema.describe("with the cluster's defaults filled in"),
  nics: z.array(
    z.strictObject({
      ...nicparamsSchema.shape,
      mac: z.string().nullable(),
      network: z.string().nullable().describe('name of the Ganeti network, if any'),
    }),
  ),
  disks: z.array(diskConfigSchema),
  networkPort: whole.nullable().describe('TCP port of its VNC or SPICE console'),
  tags: texts,
});

/** `config.data` as the master holds it, without the secrets in it. */
export const ganetiConfigSchema = z.strictObject({
  version: whole.describe('of the format: 3010000 for 3.1'),
  serial: whole.describe('counts the changes of the configuration'),
  cluster: clusterConfigSchema,
  groups: z.array(nodeGroupConfigSchema),
  nodes: z.array(nodeConfigSchema),
  instances: z.array(instanceConfigSchema),
});

export type GanetiConfig = z.infer<typeof ganetiConfigSchema>;
export type InstanceConfig = z.infer<typeof instanceConfigSchema>;
export type DiskConfig = z.infer<typeof diskConfigSchema>;
export type Ipolicy = z.infer<typeof ipolicySchema>;
