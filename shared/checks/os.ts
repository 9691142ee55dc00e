import { type Check, defineCheck } from '../check.ts';
import { known, unknownBecause } from '../evidence.ts';
import type { OsFacts } from '../facts/os.ts';
import { fail, pass, skip, warn } from '../judgement.ts';
import type { Policy } from '../policy.ts';
import { listed } from '../wording.ts';
import { bootChecks } from './os/boot.ts';
import { ganetiSetupChecks } from './os/ganeti-setup.ts';

/** The releases whose Ganeti, QEMU and DRBD the guide's steps hold for. */
const releases = new Map([
  ['12', 'bookworm'],
  ['13', 'trixie'],
]);

const release = defineCheck({
  id: 'os.release',
  title: 'The node runs a Debian release that the guide holds for',
  why: 'Package names, network configuration and the DRBD module differ on every other system.',
  rules: ['OS-01'],
  needs: ['os'],
  judge({ os }) {
    const id = os.id ?? unknownBecause('os-release does not name the distribution');
    const found = os.prettyName ?? `${id} ${os.versionId ?? 'without a version'}`;
    if (id === 'debian' && os.versionId !== null && releases.has(os.versionId)) return pass(found);
    const expected = [...releases].map(([number, name]) => `${number} (${name})`).join(' or ');
    return warn(
      `${found}, expected Debian ${expected}`,
      'install one of them, or read the guide with the names of this system in mind',
    );
  },
});

/** Distributions whose package names are those of the guide. */
const debianNames = new Set(['debian', 'ubuntu', 'devuan']);

const packages = defineCheck({
  id: 'os.packages',
  title: 'The packages of the guide are installed',
  why: 'gnt-cluster init and gnt-node add run on every node what these packages bring.',
  rules: ['OS-04'],
  needs: ['os'],
  judge({ os }, policy) {
    const id = os.id ?? unknownBecause('os-release does not name the distribution');
    if (!debianNames.has(id)) return skip(`the package names of ${id} are not known`);
    const missing = requiredPackages(policy).filter((name) => !installed(os, name));
    if (!missing.includes('ganeti') && !hasSeries(os)) missing.push('ganeti-X.Y');
    const advised = advisedPackages(os).filter((name) => !installed(os, name));
    if (missing.length === 0 && advised.length === 0) {
      return pass(`all installed, with ganeti ${known(os.packages).ganeti}`);
    }
    const all = [...missing, ...advised];
    const remedy = `apt-get install ${all.join(' ')}`;
    if (missing.length === 0) return warn(`not installed: ${listed(advised)}`, remedy);
    return fail(`not installed: ${listed(all)}; Ganeti needs ${listed(missing)}`, remedy);
  },
});

function requiredPackages(policy: Policy): string[] {
  const mirrored = policy.storage.diskTemplates.includes('drbd');
  return mirrored ? ['ganeti', 'drbd-utils'] : ['ganeti'];
}

/** Ganeti's code is in a package that carries its series: ganeti-3.0 on Debian 12, others later. */
function hasSeries(os: OsFacts): boolean {
  return Object.entries(known(os.packages)).some(
    ([name, version]) => /^ganeti-\d+\.\d+$/.test(name) && version !== null,
  );
}

/**
 * Only classic ifupdown needs bridge-utils, for its bridge_ options; and which tool configures the
 * bridge is not known, so it is no more than advised. QEMU itself is judged by qemu.present.
 */
function advisedPackages(os: OsFacts): string[] {
  const classic = installed(os, 'ifupdown') && !installed(os, 'ifupdown2');
  const names = ['qemu-system-x86', 'ganeti-instance-debootstrap', 'ganeti-os-noop'];
  return classic ? [...names, 'bridge-utils'] : names;
}

function installed(os: OsFacts, name: string): boolean {
  const version = known(os.packages)[name];
  if (version === undefined) unknownBecause(`the agent did not look for the package ${name}`);
  return version !== null;
}

const tools = defineCheck({
  id: 'os.tools',
  title: 'The tools that Ganeti calls are installed',
  why: 'Ganeti moves the cluster address with fping and arping, consoles with socat, and so on.',
  rules: ['OS-06', 'VIRT-09'],
  needs: ['os'],
  judge({ os }) {
    const id = os.id ?? unknownBecause('os-release does not name the distribution');
    if (!debianNames.has(id)) return skip(`the package names of ${id} are not known`);
    const names = ['socat', 'fping', 'iproute2', 'lvm2', 'openssh-server'];
    const missing = names.filter((name) => !installed(os, name));
    if (!installed(os, 'iputils-arping') && !installed(os, 'arping'))
      missing.push('iputils-arping');
    if (missing.length === 0) return pass(`installed: ${listed([...names, 'arping'])}`);
    return fail(`not installed: ${listed(missing)}`, `apt-get install ${missing.join(' ')}`);
  },
});

/** Words of the kernel command line that cost guests something, and what. */
const costly: Record<string, string> = {
  'mitigations=off': "guests can read one another's memory",
  nopti: 'guests can read the memory of the node',
  nospectre_v2: "guests can read one another's memory",
  dis_ucode_ldr: 'new microcode is not loaded',
  clearcpuid: 'CPU features are hidden, so fewer models run',
  noxsave: 'AVX is hidden, so few models run',
  nopcid: 'pcid is hidden, so few models run',
  mem: 'memory beyond it is not used',
  maxcpus: 'CPUs beyond it are not used',
};

const kernelParameters = defineCheck({
  id: 'os.kernel-parameters',
  title: 'The kernel command line takes nothing from guests',
  why: 'Nodes with equal hardware differ by such a word, and their guests then do not migrate.',
  rules: ['CPU-15'],
  needs: ['os'],
  judge({ os }) {
    const found = known(os.kernelParameters).flatMap((word) => {
      const name = (word.split('=', 1)[0] ?? '').replaceAll('-', '_');
      const cost = costly[word] ?? costly[name];
      return cost === undefined ? [] : [`${word} (${cost})`];
    });
    if (found.length === 0) return pass('no word that hides CPU features, memory or mitigations');
    return warn(
      `the kernel was started with ${found.join(', ')}`,
      'take it out of GRUB_CMDLINE_LINUX in /etc/default/grub, update-grub, reboot',
    );
  },
});

/** The system that a node runs. */
export const osChecks: Check[] = [
  release,
  packages,
  tools,
  ...ganetiSetupChecks,
  kernelParameters,
  ...bootChecks,
];
