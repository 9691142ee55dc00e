import { type Option, optionsOf, wordsOf } from './options.ts';
import { FIRST, formatProperties, parseProperties } from './properties.ts';

/**
 * The command line of a guest with nothing in it but what is known to be no secret; the facts are
 * taken from it alone. What is not named here does not get through.
 */
export function allowedCommandLine(text: string): string {
  const words = wordsOf(text);
  const kept = optionsOf(words).flatMap(({ name, value }) => keptWords({ name, value }));
  const program = words[0] ?? '';
  return [isPath(program) ? program : 'unnamed', ...kept].map((word) => `${word}\0`).join('');
}

function keptWords({ name, value }: Option): string[] {
  if (value === null) return PLAIN.has(name) ? [`-${name}`] : [];
  const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
  if (rule === undefined) return PLAIN.has(name) ? [`-${name}`, 'left-out'] : [];
  return [`-${name}`, rule(value)];
}

type Rule = (value: string) => string;

/** Only these properties, each with the value that `shown` makes of it. */
function only(keys: readonly string[], shown: (value: string, key: string) => string = same): Rule {
  return (value) => {
    const found = [...parseProperties(value)].filter(([key]) => keys.includes(key));
    return formatProperties(new Map(found.map(([key, one]) => [key, shown(one, key)])));
  };
}

const same = (value: string) => value;

const DRIVE = [
  ...['id', 'if', 'media', 'format', 'cache', 'aio', 'readonly', 'read-only', 'node-name'],
  ...['driver', 'file.driver', 'file.aio', 'aio', 'cache.direct', 'file.cache.direct'],
];
const FILES = ['file', 'filename', 'file.filename'];
const drive = only([...DRIVE, ...FILES], (one, key) => (FILES.includes(key) ? fileOf(one) : one));

/** Of a listener for a console: where it listens, and that it asks for something, never what. */
const ASKED = ['password', 'password-secret', 'tls', 'tls-creds', 'sasl', 'disable-ticketing'];
const asked = (one: string, key: string) =>
  ASKED.includes(key) && !['on', 'off'].includes(one) ? 'on' : one;

const vnc = only([FIRST, 'to', ...ASKED], asked);
const spice = only(['addr', 'port', 'tls-port', 'unix', ...ASKED], asked);

/** Of a character device: the kind, and how the socket is made; no path and no address. */
const socket = only([FIRST, 'server', 'nowait', 'wait'], (one, key) => {
  if (key !== FIRST) return one === 'off' ? 'off' : 'on';
  if (/^[a-z]{1,12}:?$/.test(one)) return one;
  return /^[a-z]{1,12}:/.exec(one)?.[0] ?? 'unnamed';
});

const file: Rule = (value) => fileOf(value);

const RULES: Readonly<Record<string, Rule>> = {
  name: only([FIRST, 'guest']),
  cpu: same,
  machine: only([FIRST, 'type', 'accel', 'acpi', 'usb', 'vmport', 'kernel_irqchip', 'hpet', 'smm']),
  M: only([FIRST, 'type', 'accel', 'acpi', 'usb', 'vmport', 'kernel_irqchip', 'hpet', 'smm']),
  accel: only([FIRST, 'accel']),
  m: only([FIRST, 'size', 'slots', 'maxmem']),
  smp: only([FIRST, 'cpus', 'sockets', 'cores', 'threads', 'dies', 'maxcpus']),
  vnc,
  display: (value) => (value.startsWith('vnc=') ? `vnc=${vnc(value.slice(4))}` : 'left-out'),
  spice,
  drive,
  blockdev: drive,
  cdrom: file,
  device: only([FIRST, 'driver', 'id', 'drive', 'netdev', 'mac']),
  netdev: only([FIRST, 'type', 'id', 'ifname', 'br', 'vhost', 'queues']),
  kernel: file,
  initrd: file,
  'mem-path': file,
  incoming: (value) => (/^(defer|tcp:[\w.:[\]-]+)$/.test(value) ? value : fileOf(value)),
  runas: same,
  'run-with': only(['user', 'chroot'], (one, key) => (key === 'user' ? one : '/')),
  chroot: () => '/',
  serial: socket,
  monitor: socket,
  qmp: socket,
  chardev: socket,
};

/** Options whose presence is told, but not their value: QEMU drops some with the years. */
const PLAIN = new Set([
  ...['S', 'balloon', 'boot', 'D', 'daemonize', 'enable-fips', 'enable-kvm', 'keyboard'],
  ...['localtime', 'loadvm', 'mem-prealloc', 'no-acpi', 'no-hpet', 'no-kvm', 'no-kvm-irqchip'],
  ...['no-reboot', 'no-shutdown', 'no-user-config', 'nodefaults', 'nographic', 'pidfile', 'rtc'],
  ...['sdl', 'show-cursor', 'snapshot', 'soundhw', 'tdf', 'usb', 'usbdevice', 'uuid', 'vga', 'k'],
]);

/** A path; of one over a network, where a password may be part of it, the protocol alone. */
function fileOf(value: string): string {
  return isPath(value) ? value : `${schemeOf(value)}:`;
}

function isPath(value: string): boolean {
  return value.startsWith('/');
}

/** `https` of `https://user:password@host/`; what has no such beginning tells nothing. */
function schemeOf(value: string): string {
  return /^([a-z][a-z0-9+]{0,15}):/.exec(value)?.[1] ?? 'unnamed';
}
