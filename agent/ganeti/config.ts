import type { GanetiConfig, InstanceConfig, Ipolicy } from '../../shared/facts/ganeti-config.ts';
import { ParseError } from '../host/host.ts';
import { ownValue, parseJson } from '../json.ts';
import {
  type ConfigData,
  configSchema,
  type InstanceData,
  type IpolicyData,
  type NicparamsData,
} from './config-schema.ts';
import { disksOf, partnersOf, templateOf } from './instance-disks.ts';

/** The configuration of the cluster from `config.data` of Ganeti 2.7 to 3.1, or its excerpt. */
export function parseConfig(text: string): GanetiConfig {
  const data = parseJson(text, configSchema, 'config.data');
  return {
    version: data.version,
    serial: data.serial_no,
    cluster: clusterOf(data),
    groups: Object.entries(data.nodegroups).map(([uuid, group]) => ({
      uuid,
      name: group.name,
      allocPolicy: group.alloc_policy ?? null,
      ipolicy: ipolicyOf(group.ipolicy),
      exclusiveStorage: group.ndparams.exclusive_storage ?? null,
      networks: Object.entries(group.networks).map(([network, own]) => ({
        network: ownValue(data.networks, network)?.name ?? network,
        ...nicparamsOf(data, own),
      })),
      tags: group.tags,
    })),
    nodes: Object.entries(data.nodes).map(([key, node]) => ({
      uuid: node.uuid ?? key,
      name: node.name,
      primaryAddress: node.primary_ip,
      secondaryAddress: node.secondary_ip,
      group: ownValue(data.nodegroups, node.group)?.name ?? node.group,
      offline: node.offline,
      drained: node.drained,
      masterCandidate: node.master_candidate,
      masterCapable: node.master_capable,
      vmCapable: node.vm_capable,
      tags: node.tags,
    })),
    instances: Object.values(data.instances).map((instance) => instanceOf(data, instance)),
  };
}

function clusterOf(data: ConfigData): GanetiConfig['cluster'] {
  const { cluster } = data;
  const enabled = cluster.enabled_hypervisors;
  return {
    name: cluster.cluster_name,
    masterNode: nodeNamed(data, cluster.master_node),
    masterNetdev: cluster.master_netdev,
    candidatePoolSize: cluster.candidate_pool_size,
    enabledHypervisors: enabled,
    enabledDiskTemplates: cluster.enabled_disk_templates ?? null,
    volumeGroup: cluster.volume_group_name ?? null,
    drbdUsermodeHelper: cluster.drbd_usermode_helper ?? null,
    reservedLvs: cluster.reserved_lvs,
    hvparams: pick(cluster.hvparams, enabled),
    osHvparams: Object.fromEntries(
      Object.entries(cluster.os_hvp).map(([os, own]) => [os, pick(own, enabled)]),
    ),
    beparams: beparamsOf(data, {}),
    nicparams: nicparamsOf(data, {}),
    diskparams: cluster.diskparams,
    defaultIallocator: cluster.default_iallocator || null,
    ipolicy: ipolicyOf(cluster.ipolicy),
    tags: cluster.tags,
    modifyEtcHosts: cluster.modify_etc_hosts,
    maintainNodeHealth: cluster.maintain_node_health,
    enabledUserShutdown: cluster.enabled_user_shutdown,
    exclusiveStorage: cluster.ndparams.exclusive_storage ?? false,
    fileStorageDir: cluster.file_storage_dir || null,
    sharedFileStorageDir: cluster.shared_file_storage_dir || null,
    glusterStorageDir: cluster.gluster_storage_dir || null,
  };
}

function instanceOf(data: ConfigData, instance: InstanceData): InstanceConfig {
  const disks = disksOf(data, instance);
  const primaryNode = nodeNamed(data, instance.primary_node);
  return {
    uuid: instance.uuid ?? null,
    name: instance.name,
    primaryNode,
    secondaryNodes: partnersOf(disks, primaryNode),
    adminState: instance.admin_state,
    os: instance.os,
    hypervisor: instance.hypervisor,
    diskTemplate: templateOf(disks),
    hvparams: instance.hvparams,
    beparams: beparamsOf(data, instance.beparams),
    nics: instance.nics.map((nic) => ({
      ...nicparamsOf(data, nic.nicparams),
      mac: nic.mac ?? null,
      network: nic.network ? (ownValue(data.networks, nic.network)?.name ?? nic.network) : null,
    })),
    disks,
    networkPort: instance.network_port ?? null,
    tags: instance.tags,
  };
}

/** Nodes are referred to by UUID, up to 2.8 by name; a dangling reference stands as it is. */
function nodeNamed({ nodes }: ConfigData, reference: string): string {
  return ownValue(nodes, reference)?.name ?? reference;
}

function beparamsOf({ cluster }: ConfigData, own: InstanceData['beparams']) {
  const filled = { ...cluster.beparams.default, ...own };
  return {
    minMemoryMiB: required(filled.minmem, 'minmem'),
    maxMemoryMiB: required(filled.maxmem, 'maxmem'),
    vcpus: required(filled.vcpus, 'vcpus'),
    autoBalance: filled.auto_balance ?? true,
    alwaysFailover: filled.always_failover ?? false,
  };
}

function required(value: number | undefined, name: string): number {
  if (value !== undefined) return value;
  throw new ParseError(`config.data: the cluster's default beparams lack ${name}`);
}

function nicparamsOf({ cluster }: ConfigData, own: NicparamsData) {
  const { mode, link, vlan } = { ...cluster.nicparams.default, ...own };
  if (mode === undefined || link === undefined) {
    throw new ParseError("config.data: the cluster's default nicparams lack mode or link");
  }
  return { mode, link, vlan: vlan ?? '' };
}

function ipolicyOf(policy: IpolicyData): Ipolicy {
  const { min, max } = policy;
  // 2.7 has one range, and an empty one where a group sets none
  const old = min && max && Object.keys({ ...min, ...max }).length > 0 ? [{ min, max }] : [];
  return {
    vcpuRatio: policy['vcpu-ratio'] ?? null,
    spindleRatio: policy['spindle-ratio'] ?? null,
    diskTemplates: policy['disk-templates'] ?? null,
    ranges: (policy.minmax ?? old).map((range) => ({
      min: specsOf(range.min),
      max: specsOf(range.max),
    })),
  };
}

function specsOf(specs: NonNullable<IpolicyData['min']>): Ipolicy['ranges'][number]['min'] {
  return {
    memoryMiB: specs['memory-size'] ?? null,
    vcpus: specs['cpu-count'] ?? null,
    diskMiB: specs['disk-size'] ?? null,
    disks: specs['disk-count'] ?? null,
    nics: specs['nic-count'] ?? null,
    spindles: specs['spindle-use'] ?? null,
  };
}

function pick<T>(record: Record<string, T>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)));
}
