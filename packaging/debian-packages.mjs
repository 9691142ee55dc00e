// The Debian packages that the real-component tests need, and how to get them.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export const debianPackages = [
  { name: 'qemu-system-x86', program: 'qemu-system-x86_64' },
  { name: 'lvm2', program: 'vgs' },
  { name: 'iproute2', program: 'ip' },
  { name: 'iputils-ping', program: 'ping' },
  { name: 'drbd-utils', program: 'drbdsetup' },
  { name: 'chromium', program: 'chromium' },
  { name: 'prometheus', program: 'promtool' },
  { name: 'strace', program: 'strace' },
  { name: 'fish', program: 'fish' },
  { name: 'zsh', program: 'zsh' },
  { name: 'mandoc', program: 'mandoc' },
  { name: 'groff', program: 'groff' },
  { name: 'man-db', program: 'man' },
  { name: 'smartmontools', program: 'smartctl' },
  { name: 'dpkg-dev', program: 'dpkg-buildpackage' },
  { name: 'systemd', program: 'systemd-analyze' },
  { name: 'debootstrap', program: 'debootstrap' },
  { name: 'lintian', program: 'lintian' },
  { name: 'debhelper', program: 'dh' },
  { name: 'postgresql', program: 'psql' },
  { name: 'nginx-light', program: 'nginx' },
];

const FOLDERS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The packages whose program is not in the PATH. */
export function missingPackages() {
  return debianPackages.filter(
    ({ program }) => !FOLDERS.some((folder) => existsSync(`${folder}/${program}`)),
  );
}

/** Installs what is missing when it can (root, apt-get) and returns what is still missing. */
export function installMissing() {
  const missing = missingPackages();
  if (missing.length === 0) return [];
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return missing;
  const names = missing.map(({ name }) => name);
  process.stderr.write(`installing Debian packages for the tests: ${names.join(' ')}\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const stdio = ['ignore', 'ignore', 'inherit'];
  spawnSync('apt-get', ['update', '-qq'], { env, stdio });
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], {
    env,
    stdio,
  });
  return missingPackages();
}
