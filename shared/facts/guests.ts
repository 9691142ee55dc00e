import { z } from 'zod';
import { readingOf } from '../reading.ts';

const listenerSchema = {
  address: z
    .string()
    .nullable()
    .describe('as it was given: empty means every address, null a UNIX socket'),
  tls: z.boolean(),
  password: z.boolean().describe('a password is asked for; never the password'),
};

export const vncSchema = z.strictObject({
  ...listenerSchema,
  display: z.int().nonnegative().nullable().describe('TCP port less 5900'),
});

export const spiceSchema = z.strictObject({
  ...listenerSchema,
  ports: z.array(z.int().nonnegative()).describe('TCP ports: the plain one, then that of TLS'),
});

export const guestDriveSchema = z.strictObject({
  id: z.string().nullable().describe('id or node-name, by which a device names it'),
  kind: z.enum(['disk', 'cdrom', 'floppy']),
  path: z.string().nullable().describe('an absolute path; null: none, or one over a network'),
  protocol: z.string().nullable().describe('of a path over a network, such as https or rbd'),
  format: z.string().nullable(),
  cache: z.string().nullable(),
  aio: z.string().nullable(),
});

export const guestNicSchema = z.strictObject({
  id: z.string().nullable(),
  mac: z.string().nullable(),
  model: z.string().nullable().describe('driver of the device, such as virtio-net-pci'),
  tap: z.string().nullable().describe('ifname of the backend; Ganeti hands over a descriptor'),
  bridge: z.string().nullable().describe('br of the backend'),
  vhost: z.boolean(),
});

export const guestArgumentsSchema = z.strictObject({
  program: z.string().nullable().describe('the path that was started; null: not an absolute one'),
  name: z.string().nullable(),
  cpu: z.string().nullable().describe('-cpu, verbatim; null: none, then QEMU takes its default'),
  machine: z.string().nullable().describe('the machine type of -machine, without properties'),
  acceleration: z.array(z.string()).describe('accelerators asked for, in their order'),
  memoryBytes: z.int().nonnegative().nullable(),
  vcpus: z.int().positive().nullable(),
  sockets: z.int().positive().nullable(),
  cores: z.int().positive().nullable(),
  threads: z.int().positive().nullable(),
  vnc: z.array(vncSchema),
  spice: z.array(spiceSchema),
  serial: z.boolean().describe('has a serial port that leads anywhere'),
  drives: z.array(guestDriveSchema),
  nics: z.array(guestNicSchema),
  devices: z.array(z.string()).describe('drivers of all -device options, each once, sorted'),
  kernelPath: z.string().nullable().describe('-kernel'),
  initrdPath: z.string().nullable().describe('-initrd'),
  memoryPath: z.string().nullable().describe('-mem-path'),
  incoming: z.string().nullable().describe('tcp:ADDRESS:PORT or the protocol: it was migrated'),
  runAs: z.string().nullable().describe('-runas, or user of -run-with'),
  chroot: z.boolean().describe('-chroot, or chroot of -run-with'),
  oldSocketFlags: z.boolean().describe('sockets are given with server,nowait (before QEMU 6.0)'),
  options: z
    .array(z.string())
    .describe('names of the options that QEMU knew once or knows, each once, sorted'),
});

export const guestProcessSchema = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('running'),
    executable: z.string().nullable().describe('/proc/PID/exe; null when it may not be read'),
    deleted: z.boolean().nullable().describe('the executable was replaced since the start'),
    acceleration: z
      .enum(['kvm', 'tcg'])
      .nullable()
      .describe('kvm: it holds a VM of KVM open; null when its descriptors cannot be read'),
    uid: z.int().nonnegative().nullable().describe('effective user it runs as'),
    startedAfterBootMs: z.int().nonnegative().nullable().meta({ volatile: true }),
    arguments: readingOf(guestArgumentsSchema),
  }),
  z.strictObject({ state: z.literal('gone') }),
  z.strictObject({
    state: z.literal('other'),
    executable: z.string().nullable().describe('the number went to another program'),
  }),
]);

export const guestSchema = z.strictObject({
  instance: z.string().describe('name of the pid file, which is that of the instance'),
  pid: readingOf(z.int().positive().meta({ volatile: true })),
  process: readingOf(guestProcessSchema),
  frozen: readingOf(z.boolean()).describe('its .runtime file, which a migration ships, exists'),
  taps: readingOf(z.record(z.string(), z.string())).describe('number of the NIC to its tap'),
});

export const guestsSchema = z.strictObject({
  guests: z.array(guestSchema).describe('by the pid files of Ganeti, sorted by name'),
});

export type GuestArguments = z.infer<typeof guestArgumentsSchema>;
export type GuestDrive = z.infer<typeof guestDriveSchema>;
export type GuestNic = z.infer<typeof guestNicSchema>;
export type GuestProcess = z.infer<typeof guestProcessSchema>;
export type Guest = z.infer<typeof guestSchema>;
export type GuestsFacts = z.infer<typeof guestsSchema>;
