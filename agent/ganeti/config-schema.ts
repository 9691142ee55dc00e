import { z } from 'zod';
import { parseJson } from '../json.ts';
import { DISKPARAMS, HVPARAMS, reportable } from './redaction.ts';

const number = z.number();
/** What is counted; 4 and 4.0 are one number in JSON. */
const whole = z.int().nonnegative();
const texts = z.array(z.string());
const params = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
const hvparams = params.transform((given) => reportable(given, HVPARAMS));
const diskparams = params.transform((given) => reportable(given, DISKPARAMS));

/** Below 2.7's minmem and maxmem stood one `memory`. */
const beparams = z.object({
  minmem: whole.optional(),
  maxmem: whole.optional(),
  vcpus: whole.optional(),
  auto_balance: z.boolean().optional(),
  always_failover: z.boolean().optional(),
});

const nicparams = z.object({
  mode: z.string().optional(),
  link: z.string().optional(),
  vlan: z.string().optional(),
});

const ndparams = z.object({ exclusive_storage: z.boolean().optional() });

const specs = z.object({
  'memory-size': number.optional(),
  'cpu-count': number.optional(),
  'disk-size': number.optional(),
  'disk-count': number.optional(),
  'nic-count': number.optional(),
  'spindle-use': number.optional(),
});

const ipolicy = z.object({
  'vcpu-ratio': number.optional(),
  'spindle-ratio': number.optional(),
  'disk-templates': texts.optional(),
  minmax: z.array(z.object({ min: specs, max: specs })).optional(),
  min: specs.optional(),
  max: specs.optional(),
});

const cluster = z.object({
  cluster_name: z.string(),
  master_node: z.string(),
  master_netdev: z.string(),
  candidate_pool_size: whole,
  enabled_hypervisors: texts,
  enabled_disk_templates: texts.optional(),
  volume_group_name: z.string().nullish(),
  drbd_usermode_helper: z.string().nullish(),
  reserved_lvs: texts.default([]),
  hvparams: z.record(z.string(), hvparams),
  os_hvp: z.record(z.string(), z.record(z.string(), hvparams)).default({}),
  beparams: z.object({ default: beparams }),
  nicparams: z.object({ default: nicparams }),
  ndparams: ndparams.default({}),
  diskparams: z.record(z.string(), diskparams).default({}),
  default_iallocator: z.string().nullish(),
  ipolicy: ipolicy.default({}),
  tags: texts.default([]),
  modify_etc_hosts: z.boolean(),
  maintain_node_health: z.boolean().default(false),
  enabled_user_shutdown: z.boolean().default(false),
  file_storage_dir: z.string().nullish(),
  shared_file_storage_dir: z.string().nullish(),
  gluster_storage_dir: z.string().nullish(),
});

const node = z.object({
  uuid: z.string().optional(),
  name: z.string(),
  primary_ip: z.string(),
  secondary_ip: z.string(),
  group: z.string(),
  offline: z.boolean(),
  drained: z.boolean(),
  master_candidate: z.boolean(),
  master_capable: z.boolean(),
  vm_capable: z.boolean(),
  tags: texts.default([]),
});

const group = z.object({
  name: z.string(),
  alloc_policy: z.string().nullish(),
  ipolicy: ipolicy.default({}),
  ndparams: ndparams.default({}),
  networks: z.record(z.string(), nicparams).default({}),
  tags: texts.default([]),
});

/** DRBD's ends at the fifth: the sixth is the secret of the pair. */
const LOGICAL_ID_LENGTH = 5;
const logicalId = z
  .array(z.union([z.string(), z.number(), z.null()]))
  .transform((parts) => parts.slice(0, LOGICAL_ID_LENGTH));

const volume = z.object({ dev_type: z.string(), logical_id: logicalId.nullish() });

const disk = z.object({
  dev_type: z.string(),
  logical_id: logicalId.nullish(),
  size: whole,
  children: z.array(volume).nullish(),
});

const nic = z.object({
  mac: z.string().nullish(),
  network: z.string().nullish(),
  nicparams: nicparams.default({}),
});

const instance = z.object({
  uuid: z.string().optional(),
  name: z.string(),
  primary_node: z.string(),
  os: z.string(),
  hypervisor: z.string(),
  hvparams: hvparams.default({}),
  beparams: beparams.default({}),
  admin_state: z.string(),
  nics: z.array(nic).default([]),
  disks: z.array(z.union([z.string(), disk])).default([]),
  network_port: whole.nullish(),
  tags: texts.default([]),
});

/**
 * `config.data` of Ganeti 2.7 to 3.1, as far as the facts want it. What is not named here is
 * dropped, and secrets are not named: this is what keeps them on the node.
 */
export const configSchema = z.object({
  version: whole,
  serial_no: whole,
  cluster,
  nodes: z.record(z.string(), node),
  nodegroups: z.record(z.string(), group),
  networks: z.record(z.string(), z.object({ name: z.string() })).default({}),
  instances: z.record(z.string(), instance).default({}),
  disks: z.record(z.string(), disk).default({}),
});

export type ConfigData = z.infer<typeof configSchema>;
export type DiskData = z.infer<typeof disk>;
export type InstanceData = z.infer<typeof instance>;
export type NicparamsData = z.infer<typeof nicparams>;
export type IpolicyData = z.infer<typeof ipolicy>;

/** What of `config.data` may leave the host, as JSON. */
export function excerptConfig(text: string): string {
  return JSON.stringify(parseJson(text, configSchema, 'config.data'));
}
