import { z } from 'zod';
import { kindsOf, parseCpuinfo } from '../../agent/cpuinfo.ts';
import { parseDrbdsetupStatus } from '../../agent/drbd/drbdsetup-status.ts';
import { parseProcDrbd } from '../../agent/drbd/proc-drbd.ts';
import { parseJson } from '../../agent/json.ts';
import { parseKernelParameters } from '../../agent/kernel-parameters.ts';
import { parseModules } from '../../agent/kvm-modules.ts';
import { parseMdstat } from '../../agent/mdstat.ts';
import { parseModprobe, parseModuleList } from '../../agent/module-configuration.ts';
import {
  keyValueLines,
  parseCpuList,
  parseKernelSize,
  parseWhole,
  quote,
  textLines,
} from '../../agent/parse.ts';
import { parsePingTime } from '../../agent/peers/ping.ts';
import { parseUtilsVersion } from '../../agent/probes/drbd.ts';
import { parseMounts } from '../../agent/probes/filesystems.ts';
import { hashMachineId, parseHostname } from '../../agent/probes/identity.ts';
import { parseMemoryLayout, stated } from '../../agent/probes/inventory.ts';
import {
  parseLogicalVolumes,
  parsePhysicalVolumes,
  parseVolumeGroups,
} from '../../agent/probes/lvm.ts';
import { parseMeminfo, parseNodeMeminfo, parseOomKills } from '../../agent/probes/memory.ts';
import { parseAhosts, parseHosts, parseHostsOrder } from '../../agent/probes/names.ts';
import { parseOsRelease, parsePackages } from '../../agent/probes/os.ts';
import { parseVersion } from '../../agent/probes/qemu.ts';
import {
  parseChronySilence,
  parseChronyTracking,
  parseNtpq,
  parseTimedatectl,
} from '../../agent/probes/time.ts';
import { parseCpuHelp } from '../../agent/qemu/cpu-help.ts';
import { parseMachineHelp } from '../../agent/qemu/machine-help.ts';
import { parseQmpSession } from '../../agent/qemu/qmp.ts';
import { parseUnits } from '../../agent/system/boot.ts';
import { parseFirmware } from '../../agent/system/devices.ts';
import { parseSmart } from '../../agent/system/smart.ts';
import { cpuKindSchema } from '../../shared/facts/cpu.ts';
import { raidArraySchema } from '../../shared/facts/disks.ts';
import { drbdDeviceSchema } from '../../shared/facts/drbd.ts';
import { inventorySchema } from '../../shared/facts/inventory.ts';
import {
  logicalVolumeSchema,
  physicalVolumeSchema,
  volumeGroupSchema,
} from '../../shared/facts/lvm.ts';
import { hostsLineSchema } from '../../shared/facts/names.ts';
import { helpModelSchema, kvmAnswerSchema, machineSchema } from '../../shared/facts/qemu.ts';
import { smartHealthSchema } from '../../shared/facts/smart.ts';
import { all, captured, recorded, said, written } from './seeds.ts';
import { ofText, type Target } from './target.ts';

const whole = z.int().nonnegative();
const texts = z.array(z.string());
const clock = z.object({
  synchronised: z.boolean(),
  source: z.string(),
  offsetMs: z.number().nullable(),
});
const meminfo = recorded(/\/meminfo$/);

/** The parsers of what a host's kernel, files and commands say, networks and Ganeti apart. */
export const hostTargets: readonly Target[] = [
  ofText(
    'agent/cpuinfo.ts parseCpuinfo',
    all(recorded(/^\/proc\/cpuinfo$/), captured('ansible-cpuinfo', /./)),
    { run: (text) => kindsOf(parseCpuinfo(text)), gives: z.array(cpuKindSchema).min(1) },
  ),
  ofText('agent/mdstat.ts parseMdstat', all(recorded(/\/mdstat$/), captured('.', /\/mdstat$/)), {
    run: parseMdstat,
    gives: z.array(raidArraySchema),
  }),
  ofText('agent/json.ts parseJson', said(/^ip -j/), {
    run: (text) => parseJson(text, z.array(z.record(z.string(), z.unknown())), 'a text'),
  }),
  ofText('agent/kernel-parameters.ts parseKernelParameters', recorded(/^\/proc\/cmdline$/), {
    run: parseKernelParameters,
    gives: texts,
  }),
  ofText('agent/kvm-modules.ts parseModules', recorded(/^\/proc\/modules$/), {
    run: parseModules,
    gives: texts,
  }),
  ofText('agent/module-configuration.ts parseModuleList', recorded(/modules(-load.d\/.*)?$/), {
    run: (text) => parseModuleList(text, 'a file'),
    gives: texts,
  }),
  ofText('agent/module-configuration.ts parseModprobe', recorded(/modprobe.d\//), {
    run: (text) => parseModprobe(text, 'a file'),
    gives: z.array(texts),
  }),
  ofText('agent/parse.ts textLines', recorded(/^\/etc\/hosts$/), {
    run: (text) => textLines(text, 'a text'),
    gives: texts,
  }),
  ofText('agent/parse.ts keyValueLines', recorded(/^\/proc\/cpuinfo$/), {
    run: (text) => keyValueLines(text, 'a text'),
  }),
  ofText('agent/parse.ts parseCpuList', written('0-3,8', '0', '0-65535\n', ''), {
    run: (text) => parseCpuList(text, 'a list'),
    gives: z.array(whole),
  }),
  ofText('agent/parse.ts parseKernelSize', written('24684092 kB', '0 kB'), {
    run: (text) => parseKernelSize(text, 'a size'),
    gives: whole,
  }),
  ofText('agent/parse.ts parseWhole', written('12\n', '0'), {
    run: (text) => parseWhole(text, 'a number'),
    gives: whole,
  }),
  ofText('agent/parse.ts quote', written('a text'), { run: quote, gives: z.string().max(400) }),
  ofText(
    'agent/peers/ping.ts parsePingTime',
    written(
      '3 packets transmitted, 3 received\nrtt min/avg/max/mdev = 0.030/0.038/0.051/0.009 ms\n',
    ),
    { run: parsePingTime, gives: z.number().nonnegative() },
  ),
  ofText('agent/probes/drbd.ts parseUtilsVersion', said(/^drbdadm --version/), {
    run: parseUtilsVersion,
    gives: z.string(),
  }),
  ofText('agent/probes/filesystems.ts parseMounts', recorded(/mounts$/), { run: parseMounts }),
  ofText('agent/probes/identity.ts parseHostname', written('ganeti01.example.org\n'), {
    run: parseHostname,
    gives: z.string(),
  }),
  ofText('agent/probes/identity.ts hashMachineId', written(`${'0a'.repeat(16)}\n`), {
    run: hashMachineId,
    gives: z.string().nullable(),
  }),
  ofText('agent/probes/inventory.ts parseMemoryLayout', memoryLayouts(), {
    run: (text) => parseMemoryLayout(parseJson(text, z.unknown(), 'a layout')),
    gives: inventorySchema.shape.memoryModules,
  }),
  ofText('agent/probes/inventory.ts stated', written('Not Specified', ' Dell '), {
    run: stated,
    gives: z.string().nullable(),
  }),
  ofText('agent/probes/lvm.ts parseVolumeGroups', said(/^vgs/), {
    run: parseVolumeGroups,
    gives: z.array(volumeGroupSchema),
  }),
  ofText('agent/probes/lvm.ts parsePhysicalVolumes', said(/^pvs/), {
    run: parsePhysicalVolumes,
    gives: z.array(physicalVolumeSchema),
  }),
  ofText('agent/probes/lvm.ts parseLogicalVolumes', said(/^lvs/), {
    run: parseLogicalVolumes,
    gives: z.array(logicalVolumeSchema),
  }),
  ofText('agent/probes/memory.ts parseMeminfo', meminfo, { run: parseMeminfo, gives: sizes() }),
  ofText(
    'agent/probes/memory.ts parseNodeMeminfo',
    captured('this-machine/sysroot/sys/devices/system/node', /meminfo$/),
    { run: (text) => parseNodeMeminfo(text, 0), gives: sizes() },
  ),
  ofText('agent/probes/memory.ts parseOomKills', recorded(/vmstat$/), {
    run: parseOomKills,
    gives: whole.nullable(),
  }),
  ofText('agent/probes/names.ts parseHosts', recorded(/^\/etc\/hosts$/), {
    run: parseHosts,
    gives: z.object({ lines: z.array(hostsLineSchema), badLines: z.array(z.int().positive()) }),
  }),
  ofText('agent/probes/names.ts parseHostsOrder', recorded(/nsswitch.conf$/), {
    run: parseHostsOrder,
    gives: texts.nullable(),
  }),
  ofText('agent/probes/names.ts parseAhosts', said(/^getent ahosts/), {
    run: parseAhosts,
    gives: texts.min(1),
  }),
  ofText('agent/probes/os.ts parseOsRelease', recorded(/os-release$/), { run: parseOsRelease }),
  ofText('agent/probes/os.ts parsePackages', said(/^dpkg-query/), {
    run: (text) => parsePackages(text, text),
    gives: z.record(z.string(), z.string().nullable()),
  }),
  ofText('agent/probes/qemu.ts parseVersion', said(/kvm -version/), { run: parseVersion }),
  ofText('agent/probes/time.ts parseChronyTracking', said(/^chronyc/), {
    run: parseChronyTracking,
    gives: clock,
  }),
  ofText('agent/probes/time.ts parseChronySilence', written('506 Cannot talk to daemon\n'), {
    run: parseChronySilence,
    gives: clock,
  }),
  ofText('agent/probes/time.ts parseTimedatectl', said(/^timedatectl/), {
    run: parseTimedatectl,
    gives: clock,
  }),
  ofText(
    'agent/probes/time.ts parseNtpq',
    written('associd=0 status=0615 leap_none, sync_ntp, 1 event\noffset=-0.105, frequency=2\n'),
    { run: parseNtpq, gives: clock },
  ),
  ofText('agent/qemu/cpu-help.ts parseCpuHelp', said(/kvm -cpu help/), {
    run: parseCpuHelp,
    gives: z.strictObject({ models: z.array(helpModelSchema), flags: texts }),
  }),
  ofText('agent/qemu/machine-help.ts parseMachineHelp', said(/kvm -machine help/), {
    run: parseMachineHelp,
    gives: z.array(machineSchema),
  }),
  ofText('agent/qemu/qmp.ts parseQmpSession', said(/-qmp stdio/), {
    run: parseQmpSession,
    gives: kvmAnswerSchema,
  }),
  ofText('agent/system/boot.ts parseUnits', written('a.service loaded failed failed A unit\n'), {
    run: parseUnits,
    gives: texts,
  }),
  ofText('agent/system/devices.ts parseFirmware', said(/^ethtool/), {
    run: parseFirmware,
    gives: z.string().nullable(),
  }),
  ofText('agent/system/smart.ts parseSmart', said(/^smartctl/), {
    run: (text) => parseSmart(text, '/dev/sda'),
    gives: smartHealthSchema,
  }),
  ofText('agent/drbd/proc-drbd.ts parseProcDrbd', drbdSeeds(), {
    run: parseProcDrbd,
    gives: z.object({ version: z.string().nullable(), devices: z.array(drbdDeviceSchema) }),
  }),
  ofText(
    'agent/drbd/drbdsetup-status.ts parseDrbdsetupStatus',
    all(said(/^drbdsetup/), captured('drbd/ha_cluster_exporter', /json$/)),
    { run: parseDrbdsetupStatus, gives: z.array(drbdDeviceSchema) },
  ),
];

function sizes(): z.ZodType {
  return z.record(z.string(), whole.nullable());
}

function drbdSeeds() {
  return all(recorded(/^\/proc\/drbd$/), captured('ganeti-test-data', /^proc_drbd/));
}

function memoryLayouts() {
  const size = 17179869184;
  const module = { size, bank: 'DIMM_A1', type: 'DDR4', clockSpeed: 2933, formFactor: 'DIMM' };
  return written(JSON.stringify([{ ...module, partNum: 'M393', serialNum: '1' }]));
}
