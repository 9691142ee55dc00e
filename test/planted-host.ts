import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { sampleConfig } from './agent/ganeti/sample-config.ts';
import { root } from './requirements.ts';

/** Stands in every secret that was planted, and in nothing else. */
export const PLANTED = 'planted';

const DATA = '/var/lib/ganeti';
const RUNTIME = '/var/run/ganeti/kvm-hypervisor';
const words = (...given: string[]) => given.map((word) => `${word}\0`).join('');

/** A folder with the recorded host of a master, a secret in each place that may hold one. */
export function plantedHost(): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-planted-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(join(root, 'test', 'hosts', 'bookworm-worn-node'), folder, { recursive: true });
  for (const [path, text] of Object.entries(plantedFiles)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Text of each file, by path; what no probe reads is there so that none begins to. */
export const plantedFiles: Readonly<Record<string, string>> = {
  ...ganetiFiles(),
  ...guestFiles(),
  ...networkFiles(),
  '/etc/hosts': '192.0.2.1 n1.example.org n1\n',
  '/proc/sys/kernel/hostname': 'n1.example.org\n',
  '/proc/cmdline': 'ro quiet root_password=planted-cmdline rd.luks.passphrase=planted-luks\n',
  '/proc/self/environ': words('MUSTER_TOKEN=planted-environ'),
  '/proc/1/environ': words('PASSWORD=planted-init'),
  '/etc/modprobe.d/drbd.conf': 'options drbd minor_count=128 shared_secret=planted-modprobe\n',
  '/etc/drbd.d/r0.res': 'resource r0 { net { shared-secret "planted-drbd"; } }\n',
  '/etc/drbd.conf': 'common { net { shared-secret "planted-drbd-common"; } }\n',
  '/etc/shadow': 'root:$6$planted-shadow:1::::::\n',
  '/etc/ssh/ssh_host_rsa_key': '-----BEGIN OPENSSH PRIVATE KEY-----\nplanted-ssh\n',
  '/root/.ssh/id_rsa': '-----BEGIN OPENSSH PRIVATE KEY-----\nplanted-root-ssh\n',
  '/etc/muster/token': 'planted-token\n',
};

function ganetiFiles(): Record<string, string> {
  const job = { OP_ID: 'OP_INSTANCE_CREATE', osparams_secret: { root: 'planted-job' } };
  const op = { input: job, status: 'running', result: 'planted-result' };
  return {
    [`${DATA}/ssconf_cluster_name`]: 'c.example.org\n',
    [`${DATA}/ssconf_master_node`]: 'n1.example.org\n',
    [`${DATA}/ssconf_master_candidates`]: 'n1.example.org\n',
    [`${DATA}/ssconf_node_list`]: 'n1.example.org\nn2.example.org\n',
    [`${DATA}/ssconf_hvparams_kvm`]: 'cpu_type=EPYC-v3\nkvm_extra=-x planted-ssconf\n',
    [`${DATA}/ssconf_hvparams_xen-hvm`]: 'pci_pass=planted-xen\n',
    [`${DATA}/config.data`]: JSON.stringify(sampleConfig()),
    [`${DATA}/hmac.key`]: 'planted-hmac\n',
    [`${DATA}/cluster-domain-secret`]: 'planted-domain\n',
    [`${DATA}/server.pem`]: '-----BEGIN PRIVATE KEY-----\nplanted-key\n',
    [`${DATA}/rapi/users`]: 'reader planted-rapi read\nwriter {HA1}planted-hash write\n',
    [`${DATA}/queue/job-1`]: JSON.stringify({
      id: 1,
      ops: [{ ...op, log: [[1, [1, 1], 'message', 'planted-log']] }],
    }),
    '/etc/ganeti/vnc-cluster-password': 'planted-vnc\n',
    '/etc/default/ganeti': 'RAPI_ARGS="-b 127.0.0.1 --password planted-default"\n',
    '/run/ganeti/ganeti-rapi.pid': '184\n',
    '/proc/184/cmdline': words('/usr/sbin/ganeti-rapi', '--key', 'planted-daemon', '-d'),
  };
}

function guestFiles(): Record<string, string> {
  return {
    [`${RUNTIME}/pid/vm1.example.org`]: '41\n',
    '/proc/41/cmdline': words(
      ...['/usr/bin/kvm', '-name', 'vm1.example.org', '-m', '512'],
      ...['-object', 'secret,id=s,data=planted-object', '-fw_cfg', 'name=a,string=planted-fw'],
      ...['-spice', 'port=5900,addr=127.0.0.1,password=planted-spice'],
      ...['-vnc', '127.0.0.1:1,password-secret=planted-vnc-secret'],
      ...['-drive', 'file=rbd:pool/a:id=b:key=planted-rbd,format=raw'],
      ...['-drive', 'file=https://u:planted-url@a.example.org/b.iso,media=cdrom'],
      ...['-append', 'root=/dev/vda password=planted-append', '-smbios', 'type=1,serial=planted'],
    ),
    '/proc/41/environ': words('CEPH_ARGS=--key planted-guest-environ'),
    '/proc/41/status': 'Name:\tkvm\nUid:\t0\t107\t107\t107\n',
    '/proc/41/stat': '41 (kvm) S 1 41 41 0 -1 0 0 0 0 0 5 6 0 0 20 0 3 0 12345 999\n',
  };
}

function networkFiles(): Record<string, string> {
  return {
    '/etc/network/interfaces':
      'auto br0\niface br0 inet static\n  address 192.0.2.1/24\n  bridge_ports eth0\n' +
      '  wpa-psk planted-wpa\n  up curl -u a:planted-up http://b\n',
    '/etc/NetworkManager/system-connections/wifi.nmconnection':
      '[connection]\ntype=wifi\ninterface-name=wlan0\n[wifi-security]\npsk=planted-nm\n',
    '/etc/systemd/network/wg0.netdev':
      '[NetDev]\nName=wg0\nKind=wireguard\n[WireGuard]\nPrivateKey=planted-wireguard\n',
    '/etc/wpa_supplicant/wpa_supplicant.conf': 'network={\n psk="planted-supplicant"\n}\n',
  };
}
