import type { OsFacts } from '../../shared/facts/os.ts';
import { type Host, ParseError } from '../host/host.ts';
import { parseKernelParameters } from '../kernel-parameters.ts';
import { quote, textLines } from '../parse.ts';
import { type Probe, reading, readOptional } from '../probe.ts';
import { failedUnits, installedKernels, isRebootRequired } from '../system/boot.ts';
import { accounts, clusterFiles, osDefinitions, sshHostKeys } from '../system/ganeti-setup.ts';
import { sysctls } from '../system/sysctls.ts';

/** The distribution, the kernel, and the packages that a Ganeti node depends on. */
export const osProbe: Probe<'os'> = {
  section: 'os',
  timeoutMs: 20_000,
  async collect(host) {
    const release = await osRelease(host);
    const version = await readOptional(host, '/proc/sys/kernel/version');
    return {
      id: release.get('ID') ?? null,
      versionId: release.get('VERSION_ID') ?? null,
      codename: release.get('VERSION_CODENAME') ?? null,
      prettyName: release.get('PRETTY_NAME') ?? null,
      kernelRelease: await kernelRelease(host),
      kernelVersion: version?.trim() || null,
      kernelParameters: await reading('/proc/cmdline', () => kernelParameters(host)),
      packages: await reading('dpkg-query', () => packages(host)),
      installedKernels: await reading('/boot', () => installedKernels(host)),
      rebootRequired: await reading('/run/reboot-required', () => isRebootRequired(host)),
      failedUnits: await reading('systemctl', () => failedUnits(host)),
      sshHostKeys: await reading('/etc/ssh', () => sshHostKeys(host)),
      clusterFiles: await reading('/var/lib/ganeti', () => clusterFiles(host)),
      accounts: await reading('getent', () => accounts(host)),
      sysctls: await reading('/proc/sys', () => sysctls(host)),
      osDefinitions: await reading('ganeti/os', () => osDefinitions(host)),
    };
  },
};

/** The packages of interest: the guide's, and those that decide about CPU and time. */
export const packageNames = [
  'amd64-microcode',
  'arping',
  'bridge-utils',
  'chrony',
  'drbd-utils',
  'fping',
  'ganeti',
  'ganeti-3.0',
  'ganeti-3.1',
  'ganeti-instance-debootstrap',
  'ganeti-os-noop',
  'ifupdown',
  'ifupdown2',
  'intel-microcode',
  'iproute2',
  'iputils-arping',
  'lvm2',
  'openssh-server',
  'qemu-system-x86',
  'socat',
  'systemd-timesyncd',
];

/** The arguments of the one question to dpkg. */
export const packageQuery = [
  '-W',
  '-f',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the format language of dpkg-query
  '${Package}\\t${db:Status-Status}\\t${Version}\\n',
  ...packageNames,
];

/** The variables of an os-release file, unquoted. */
export function parseOsRelease(text: string): Map<string, string> {
  const variables = new Map<string, string>();
  for (const line of textLines(text, 'os-release')) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const match = /^([A-Z][A-Z0-9_]*)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"']*))\s*$/.exec(line);
    const name = match?.[1];
    if (!name) throw new ParseError(`os-release: expected NAME=value, found ${quote(line)}`);
    const plain = match[3] ?? match[4] ?? match[2]?.replaceAll(/\\(.)/g, '$1');
    variables.set(name, plain ?? '');
  }
  return variables;
}

/** Versions of the packages asked for; null for one that dpkg says is not installed. */
export function parsePackages(stdout: string, stderr: string): Record<string, string | null> {
  const versions = new Map<string, string | null>();
  for (const line of textLines(stdout, 'dpkg-query').filter((text) => text !== '')) {
    const [name, status, version, ...more] = line.split('\t');
    if (!name || !status || version === undefined || more.length > 0) {
      throw new ParseError(`dpkg-query: expected package, status, version: ${quote(line)}`);
    }
    const installed = INSTALLED.has(status) && version !== '';
    versions.set(name, installed ? version : (versions.get(name) ?? null));
  }
  for (const line of textLines(stderr, 'dpkg-query')) {
    const unknown = /^dpkg-query: no packages found matching (\S+)$/.exec(line)?.[1];
    if (unknown) versions.set(unknown, null);
  }
  const silent = packageNames.find((name) => !versions.has(name));
  if (silent) throw new ParseError(`dpkg-query: no word about ${silent}, cut off`);
  return Object.fromEntries(packageNames.map((name) => [name, versions.get(name) ?? null]));
}

/** Triggers are follow-up work of another package: the package itself is there and configured. */
const INSTALLED = new Set(['installed', 'triggers-awaited', 'triggers-pending']);

async function osRelease(host: Host): Promise<Map<string, string>> {
  const text =
    (await readOptional(host, '/etc/os-release')) ??
    (await readOptional(host, '/usr/lib/os-release'));
  return text === null ? new Map() : parseOsRelease(text);
}

/** Old recordings hold /proc/version alone, which begins with the same release. */
async function kernelRelease(host: Host): Promise<OsFacts['kernelRelease']> {
  const release = await readOptional(host, '/proc/sys/kernel/osrelease');
  if (release?.trim()) return release.trim();
  const version = await host.read('/proc/version');
  const match = /^Linux version (\S+) /.exec(version)?.[1];
  if (!match) throw new ParseError(`/proc/version: found ${quote(version)}`);
  return match;
}

async function kernelParameters(host: Host): Promise<string[]> {
  return parseKernelParameters(await host.read('/proc/cmdline'));
}

/** dpkg-query exits with 1 when it does not know one of the packages: that is an answer. */
async function packages(host: Host): Promise<Record<string, string | null>> {
  const { stdout, stderr } = await host.run('dpkg-query', packageQuery, { okCodes: [1] });
  return parsePackages(stdout, stderr);
}
