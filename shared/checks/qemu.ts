import { type Check, defineCheck, type Judgement } from '../check.ts';
import { known, unknownBecause } from '../evidence.ts';
import type { MachineType, QemuFacts } from '../facts/qemu.ts';
import { fail, pass, skip, warn } from '../judgement.ts';
import { nearest } from '../nearest.ts';

const present = defineCheck({
  id: 'qemu.present',
  title: 'QEMU is installed',
  why: 'Ganeti starts every guest with it; a node without one can hold none.',
  rules: ['VIRT-09', 'OS-04'],
  needs: ['qemu'],
  judge({ qemu }, policy) {
    if (qemu.binary !== null) return pass(`QEMU is ${qemu.binary}`);
    const path = policy.hvparams.kvm_path;
    const place = path === undefined ? '' : ` at ${path}`;
    return fail(
      `no QEMU binary was found${place}, expected one`,
      'apt-get install qemu-system-x86',
    );
  },
});

/** Ganeti's INSTALL document asks for QEMU 2.12 or later. */
const OLDEST_QEMU = { major: 2, minor: 12 };

const versionKnown = defineCheck({
  id: 'qemu.version-known',
  title: 'The version of QEMU is known and new enough',
  why: 'Guests migrate only to the same or a newer QEMU, so every node has to tell its version.',
  rules: ['QEMU-01'],
  needs: ['qemu'],
  judge({ qemu }) {
    if (qemu.binary === null) return skip('no QEMU is installed: see qemu.present');
    const version = known(qemu.version);
    const match = /^(\d+)\.(\d+)/.exec(version);
    if (match === null) unknownBecause(`"${version}" is not a version of QEMU`);
    const [major, minor] = [Number(match[1]), Number(match[2])];
    const build = qemu.packageVersion === null ? '' : ` (${qemu.packageVersion})`;
    const newer = major > OLDEST_QEMU.major;
    if (newer || (major === OLDEST_QEMU.major && minor >= OLDEST_QEMU.minor)) {
      return pass(`QEMU ${version}${build}`);
    }
    return fail(
      `QEMU ${version}${build}, expected at least ${OLDEST_QEMU.major}.${OLDEST_QEMU.minor}`,
      'install the qemu-system-x86 of a current release',
    );
  },
});

const machineVersion = defineCheck({
  id: 'qemu.machine-version',
  title: 'The configured machine_version is a fixed one that QEMU offers',
  why: 'A guest keeps the machine type it was started with; a node without it cannot take it over.',
  rules: ['QEMU-04'],
  consequenceOf: [{ check: 'qemu.present' }],
  needs: ['qemu'],
  judge({ qemu }, policy) {
    const wanted = policy.hvparams.machine_version;
    if (wanted === undefined) return skip('the policy names no machine_version');
    if (qemu.binary === null) unknownBecause('no QEMU is installed on this node to be asked');
    const machines = machinesOf(qemu);
    if (wanted === '') return notFixed('machine_version is empty', machines);
    const machine = machines.find((one) => one.name === wanted);
    if (machine === undefined) return unknownMachine(wanted, machines);
    if (machine.aliasOf !== null) {
      return notFixed(`${wanted} stands for ${machine.aliasOf} on this node`, machines);
    }
    if (!/\d\.\d/.test(wanted)) return notFixed(`${wanted} has no version`, machines);
    if (machine.deprecated) {
      return warn(`QEMU on this node marks ${wanted} as deprecated`, remedyOf(machines));
    }
    return pass(`QEMU on this node offers ${wanted}`);
  },
});

function machinesOf(qemu: QemuFacts): MachineType[] {
  return qemu.kvm.status === 'ok' ? qemu.kvm.value.machines : known(qemu.machineHelp);
}

function notFixed(found: string, machines: MachineType[]): Judgement {
  return warn(
    `${found}, so nodes with different QEMUs start guests with different machine types; ` +
      'expected a versioned one',
    remedyOf(machines),
  );
}

function unknownMachine(wanted: string, machines: MachineType[]): Judgement {
  const suggestion = nearest(
    wanted,
    machines.map((one) => one.name),
  );
  const hint = suggestion === null ? '' : `; the nearest name is ${suggestion}`;
  return fail(`QEMU on this node offers no machine type "${wanted}"${hint}`, remedyOf(machines));
}

function remedyOf(machines: MachineType[]): string {
  const standard = machines.find((one) => one.isDefault && one.aliasOf === null);
  const name = standard?.name ?? 'pc-i440fx-X.Y';
  return `gnt-cluster modify -H kvm:machine_version=${name}, when all nodes offer it`;
}

/** The QEMU of a node, and what it has of the configured machine type. */
export const qemuChecks: Check[] = [present, versionKnown, machineVersion];
