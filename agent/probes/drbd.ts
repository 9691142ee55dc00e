import type { DrbdDevice } from '../../shared/facts/drbd.ts';
import type { Reading } from '../../shared/reading.ts';
import { firstAnswer, orNull } from '../attempts.ts';
import { parseDrbdsetupStatus } from '../drbd/drbdsetup-status.ts';
import { parseProcDrbd } from '../drbd/proc-drbd.ts';
import { type Host, HostError, ParseError } from '../host/host.ts';
import { parseModules } from '../kvm-modules.ts';
import { filesLoading, optionsOf } from '../module-configuration.ts';
import { quote } from '../parse.ts';
import { type Probe, reading } from '../probe.ts';

/** The DRBD module (available, loaded, its helper), the tools, and the state of the devices. */
export const drbdProbe: Probe<'drbd'> = {
  section: 'drbd',
  timeoutMs: 20_000,
  needsRoot: 'state of DRBD resources',
  async collect(host) {
    const loaded = await reading('/sys/module', () => isLoaded(host));
    const isThere = loaded.status === 'ok' && loaded.value;
    return {
      moduleAvailable: await reading('modinfo drbd', () => moduleOf(host)),
      loaded,
      loadedVersion: isThere ? await orNull(() => versionOf(host)) : null,
      usermodeHelper: await whenLoaded(loaded, null, () => helperOf(host)),
      utilsVersion: await reading('drbdadm --version', () => utilsOf(host)),
      devices: await whenLoaded(loaded, [], () => devicesOf(host)),
      loadedAtBootBy: await reading('modules-load.d', () => filesLoading(host, 'drbd')),
      bootOptions: await reading('modprobe.d', () => optionsOf(host, 'drbd')),
      fips: await reading(FIPS, () => isFips(host)),
    };
  },
};

const FIPS = '/proc/sys/crypto/fips_enabled';

/** Only a kernel that can restrict itself to approved algorithms has the switch. */
async function isFips(host: Host): Promise<boolean> {
  const text = (await readOrAbsent(host, FIPS)).trim();
  if (!/^[01]?$/.test(text)) throw new ParseError(`${FIPS}: expected 0 or 1, found ${quote(text)}`);
  return text === '1';
}

type Module = { version: string | null } | null;

/** The module list misses a driver that is built in, /sys/module holds both. */
async function isLoaded(host: Host): Promise<boolean> {
  const listed = await orNull(() => host.read('/proc/modules', MAX_MODULES_BYTES));
  if (listed !== null && parseModules(listed).includes('drbd')) return true;
  return (await host.list('/sys/module')).includes('drbd');
}

const MAX_MODULES_BYTES = 4 * 1024 * 1024;

/** A reading whose answer is `without` where the module is known not to be loaded. */
function whenLoaded<T>(
  loaded: Reading<boolean>,
  without: T,
  take: () => Promise<T>,
): Promise<Reading<T>> {
  if (loaded.status === 'failed') return Promise.resolve(loaded);
  return reading('/proc/drbd', () => (loaded.value ? take() : Promise.resolve(without)));
}

async function helperOf(host: Host): Promise<string> {
  return (await host.read('/sys/module/drbd/parameters/usermode_helper')).trim();
}

async function versionOf(host: Host): Promise<string | null> {
  return await firstAnswer<string | null>([
    async () => (await host.read('/sys/module/drbd/version')).trim(),
    async () => parseProcDrbd(await host.read('/proc/drbd')).version,
  ]);
}

/** The module that `modprobe drbd` would load; a minimal system may have no modinfo to ask. */
function moduleOf(host: Host): Promise<Module> {
  return firstAnswer<Module>([() => askModinfo(host), () => searchModules(host)]);
}

async function askModinfo(host: Host): Promise<Module> {
  const args = ['-F', 'version', 'drbd'];
  const result = await host.run('modinfo', args, { okCodes: [1] });
  if (result.code === 0) return { version: result.stdout.trim() || null };
  if (/\bModule drbd not found\b/.test(result.stderr)) return null;
  const said = quote(result.stderr.trim());
  throw new HostError('exit_code', 'modinfo', {
    message: `modinfo: exit code 1: ${said}`,
    result,
  });
}

async function searchModules(host: Host): Promise<Module> {
  const release = (await host.read('/proc/sys/kernel/osrelease')).trim();
  if (!/^[\w.+~-]+$/.test(release)) throw new ParseError(`not a kernel release: ${quote(release)}`);
  const folder = `/lib/modules/${release}`;
  for (const index of ['modules.dep', 'modules.builtin']) {
    const text = await readOrAbsent(host, `${folder}/${index}`);
    if (namesModule(text)) return { version: null };
  }
  return null;
}

/** A kernel without the file has no modules of that kind: then there is no such module. */
async function readOrAbsent(host: Host, path: string): Promise<string> {
  try {
    return await host.read(path, MAX_INDEX_BYTES);
  } catch (error) {
    if (error instanceof HostError && error.kind === 'not_found') return '';
    throw error;
  }
}

/** modules.dep of a distribution's kernel takes about 700 KiB. */
const MAX_INDEX_BYTES = 16 * 1024 * 1024;

function namesModule(index: string): boolean {
  return /^(?:\S*\/)?drbd\.ko(?:\.(?:gz|xz|zst))?(?::|$)/m.test(index);
}

async function utilsOf(host: Host): Promise<string | null> {
  try {
    return parseUtilsVersion((await host.run('drbdadm', ['--version'])).stdout);
  } catch (error) {
    if (error instanceof HostError && error.kind === 'not_found') return null;
    throw error;
  }
}

/** The version of drbd-utils in the answer of `drbdadm --version`. */
export function parseUtilsVersion(text: string): string {
  const version = /^DRBDADM_VERSION=(\S+)$/m.exec(text)?.[1];
  if (version === undefined) throw new ParseError('drbdadm --version names no DRBDADM_VERSION');
  return version;
}

/**
 * DRBD 9 shows no devices in /proc/drbd. drbdsetup is asked only where that says 9: without the
 * module it would try to load it.
 */
async function devicesOf(host: Host): Promise<DrbdDevice[]> {
  const proc = parseProcDrbd(await host.read('/proc/drbd'));
  const major = Number.parseInt(proc.version ?? '8', 10);
  if (major < 9) return proc.devices;
  return parseDrbdsetupStatus((await host.run('drbdsetup', ['status', '--json'])).stdout);
}
