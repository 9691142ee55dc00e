/** A small cluster as `config.data` of 3.0 has it, a secret in each place that may hold one. */
export function sampleConfig() {
  return {
    version: 3000000,
    serial_no: 7,
    cluster: cluster(),
    nodes: {
      'n-1': node('n1', 1),
      'n-2': node('n2', 2),
    },
    nodegroups: {
      'g-1': {
        name: 'default',
        alloc_policy: 'preferred',
        ipolicy: { 'vcpu-ratio': 2.5 },
        networks: { 'net-1': { mode: 'bridged', link: 'br1', vlan: '' } },
      },
    },
    networks: { 'net-1': { name: 'blue', reservations: 'planted-reservations' } },
    instances: { 'i-1': instance() },
    disks: {
      'd-1': {
        dev_type: 'drbd',
        logical_id: ['n-1', 'n-2', 11000, 0, 3, 'planted-drbd'],
        dynamic_params: { secret: 'planted-dynamic' },
        params: { password: 'planted-disk' },
        size: 1024,
        children: [volume('data'), volume('meta')],
      },
    },
    filters: { f: { reason: 'planted-filter' } },
  };
}

function node(name: string, number: number) {
  return {
    name: `${name}.example.org`,
    primary_ip: `192.0.2.${number}`,
    secondary_ip: `198.51.100.${number}`,
    group: 'g-1',
    offline: false,
    drained: number === 2,
    master_candidate: number === 1,
    master_capable: true,
    vm_capable: true,
    ndparams: { oob_program: '/planted/oob' },
  };
}

function volume(kind: string) {
  return { dev_type: 'plain', logical_id: ['gnt', `d-1.disk0_${kind}`], size: 128 };
}

function cluster() {
  return {
    cluster_name: 'c.example.org',
    master_node: 'n-1',
    master_netdev: 'br0',
    candidate_pool_size: 10,
    enabled_hypervisors: ['kvm'],
    enabled_disk_templates: ['drbd', 'plain'],
    volume_group_name: 'gnt',
    drbd_usermode_helper: '/bin/true',
    reserved_lvs: ['gnt/swap'],
    rsahostkeypub: 'planted-host-key',
    hvparams: {
      kvm: { cpu_type: 'EPYC-v3', vhost_net: true },
      'xen-hvm': { pci_pass: 'planted-pci' },
    },
    os_hvp: {
      debootstrap: { kvm: { disk_cache: 'none' }, 'xen-pvm': { vif_script: 'planted' } },
    },
    osparams: { debootstrap: { root: 'planted-os' } },
    osparams_private_cluster: { debootstrap: { root: 'planted-os-private' } },
    beparams: { default: { minmem: 128, maxmem: 128, vcpus: 1, auto_balance: true } },
    nicparams: { default: { mode: 'bridged', link: 'br0', vlan: '' } },
    ndparams: { oob_program: '/planted/oob', exclusive_storage: false },
    diskparams: {
      drbd: { 'resync-rate': 61440, 'net-custom': '--shared-secret planted-net' },
      ext: { password: 'planted-ext' },
    },
    default_iallocator: 'hail',
    default_iallocator_params: { key: 'planted-iallocator' },
    ipolicy: { 'vcpu-ratio': 4, minmax: [] },
    tags: [],
    modify_etc_hosts: true,
    file_storage_dir: '',
  };
}

function instance() {
  return {
    uuid: 'i-1',
    name: 'vm1.example.org',
    primary_node: 'n-1',
    os: 'debootstrap+default',
    hypervisor: 'kvm',
    hvparams: { cpu_type: 'host', kvm_extra: '-smbios planted-extra' },
    beparams: { maxmem: 512, vcpus: 2 },
    osparams: { root: 'planted-instance-os' },
    osparams_private: { root: 'planted-instance-private' },
    admin_state: 'up',
    nics: [
      {
        mac: 'aa:00:00:01:02:03',
        network: 'net-1',
        nicparams: { mode: 'bridged', link: 'br1', vlan: '.5' },
      },
    ],
    disks: ['d-1'],
    network_port: 11001,
    tags: ['owner:me'],
  };
}
