import { ParseError } from '../host/host.ts';

/** One option of a QEMU command line; `value` is null for those that take none. */
export interface Option {
  /** without dashes */
  name: string;
  value: string | null;
}

/** The words of `/proc/PID/cmdline`: each ends with a NUL. */
export function wordsOf(text: string): string[] {
  if (text === '') throw new ParseError(`${WHAT}: no command line`);
  if (!text.endsWith('\0')) throw new ParseError(`${WHAT}: cut off in the middle of a word`);
  return text.slice(0, -1).split('\0');
}

/** The options behind the program; a word that belongs to none is an image, and is left out. */
export function optionsOf(words: readonly string[]): Option[] {
  const options: Option[] = [];
  for (let at = 1; at < words.length; at += 1) {
    const name = /^--?([a-zA-Z][\w-]*)$/.exec(words[at] ?? '')?.[1];
    if (name === undefined) continue;
    if (WITHOUT_VALUE.has(name)) {
      options.push({ name, value: null });
      continue;
    }
    const value = words[at + 1];
    // the name may be a word of a secret, so it is not told
    if (value === undefined) throw new ParseError(`${WHAT}: the last option lacks its value`);
    options.push({ name, value });
    at += 1;
  }
  return options;
}

const WHAT = 'the command line of a guest';

/** Options that take no value, of any release since 1.0 (`qemu-system-x86_64 -help`). */
const WITHOUT_VALUE = new Set([
  ...['S', 'alt-grab', 'ctrl-grab', 'curses', 'daemonize', 'enable-fips', 'enable-kvm'],
  ...['enable-sync-profile', 'full-screen', 'h', 'help', 'mem-prealloc', 'no-acpi'],
  ...['no-fd-bootchk', 'no-frame', 'no-hpet', 'no-kvm', 'no-kvm-irqchip', 'no-kvm-pit'],
  ...['no-quit', 'no-reboot', 'no-shutdown', 'no-user-config', 'nodefaults', 'nodefconfig'],
  ...['nographic', 'old-param', 'only-migratable', 'portrait', 'preconfig', 'sdl', 'singlestep'],
  ...['one-insn-per-tb', 'snapshot', 'usb', 'version', 'win2k-hack', 'xen-attach'],
  ...['xen-domid-restrict', 'no-kvm-pit-reinjection', 'tdf', 'nouserconfig'],
]);
