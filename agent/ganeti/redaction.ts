import { WITHHELD } from '../../shared/facts/ganeti-config.ts';

/**
 * The ONE place that decides which parameter values leave the host: those of known names whose
 * values are no free text. Any other that is set is told of by its name alone.
 */
export function reportable(params: Params, allowed: ReadonlySet<string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      const text = asSsconf(value);
      if (text === '') return [name, ''];
      return [name, allowed.has(name) ? withoutCredentials(text) : WITHHELD];
    }),
  );
}

export type Params = Record<string, string | number | boolean | null>;

/** JSON values in the spelling of ssconf, which is Python's. */
function asSsconf(value: Params[string]): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}

/** No value of an allowed parameter is longer; what is may be anything. */
const MAX_VALUE = 2000;

/** An image may be named by a URL, and a URL may carry a password, or a token behind it. */
function withoutCredentials(text: string): string {
  if (text.length > MAX_VALUE) return WITHHELD;
  const url = /^([a-z][a-z0-9+.-]*:\/\/)(?:[^/]*@)?([^?#]*)/i.exec(text);
  if (!url) return text;
  const [, scheme = '', rest = ''] = url;
  return rest.includes('@') ? WITHHELD : `${scheme}${rest}`;
}

/**
 * Parameters of KVM, and of the others the ones of the same names. Not here: kvm_extra,
 * kernel_args, usb_devices, which are words for a command line, and whatever is new.
 */
export const HVPARAMS: ReadonlySet<string> = new Set(
  `acpi boot_order cdrom2_image_path cdrom_disk_type cdrom_image_path cpu_cores cpu_mask
  cpu_sockets cpu_threads cpu_type disk_aio disk_cache disk_discard disk_type
  floppy_image_path initrd_path kernel_path keymap kvm_flag kvm_path kvm_pci_reservations
  machine_version mem_path migration_bandwidth migration_caps migration_downtime
  migration_mode migration_port nic_type pae reboot_behavior root_path scsi_controller_type
  security_domain security_model serial_console serial_speed soundhw spice_bind
  spice_image_compression spice_ip_version spice_jpeg_wan_compression spice_password_file
  spice_playback_compression spice_streaming_video spice_tls_ciphers spice_use_tls
  spice_use_vdagent spice_zlib_glz_wan_compression usb_mouse use_chroot use_guest_agent
  use_localtime user_shutdown vga vhost_net virtio_net_queues vnc_bind_address
  vnc_password_file vnc_tls vnc_x509_path vnc_x509_verify vnet_hdr`.split(/\s+/),
);

/** Parameters of disk templates. Not here: disk-custom and net-custom, free options of DRBD. */
export const DISKPARAMS: ReadonlySet<string> = new Set(
  `access c-delay-target c-fill-target c-max-rate c-min-rate c-plan-ahead data-stripes
  disk-barriers dynamic-resync meta-barriers meta-stripes metavg pool protocol resync-rate
  stripes`.split(/\s+/),
);

/** Words of daemons' command lines that say how they run, by how many words of value follow. */
const SWITCHES = new Set(
  `-d --debug -f --foreground --no-voting --yes-do-it --require-authentication --no-ssl
  --no-user-checks --syslog`.split(/\s+/),
);
const VALUED = new Set(['-b', '--bind', '-p', '--port', '-i', '--interface']);
/** Addresses, names of interfaces and numbers. */
const PLAIN_VALUE = /^[0-9A-Za-z.:%_-]{1,64}$/;

/** The words of a daemon's command line that say how it runs; any other is left out. */
export function daemonWords(words: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const [option = '', joined] = splitOption(words[at] ?? '');
    const value = joined ?? words[at + 1];
    if (SWITCHES.has(option) && joined === undefined) kept.push(option);
    if (!VALUED.has(option) || value === undefined) continue;
    if (PLAIN_VALUE.test(value)) kept.push(option, value);
    if (joined === undefined) at++;
  }
  return kept;
}

function splitOption(word: string): [string, string | undefined] {
  const equals = word.indexOf('=');
  if (!word.startsWith('--') || equals < 0) return [word, undefined];
  return [word.slice(0, equals), word.slice(equals + 1)];
}
