import { z } from 'zod';
import { cpuSchema } from './facts/cpu.ts';
import { disksSchema } from './facts/disks.ts';
import { drbdSchema } from './facts/drbd.ts';
import { filesystemsSchema } from './facts/filesystems.ts';
import { ganetiSchema } from './facts/ganeti.ts';
import { guestsSchema } from './facts/guests.ts';
import { identitySchema } from './facts/identity.ts';
import { inventorySchema } from './facts/inventory.ts';
import { kvmSchema } from './facts/kvm.ts';
import { lvmSchema } from './facts/lvm.ts';
import { memorySchema } from './facts/memory.ts';
import { namesSchema } from './facts/names.ts';
import { networkSchema } from './facts/network.ts';
import { osSchema } from './facts/os.ts';
import { peersSchema } from './facts/peers.ts';
import { qemuSchema } from './facts/qemu.ts';
import { timeSchema } from './facts/time.ts';
import { failureSchema } from './reading.ts';
import { REPORT_SCHEMA } from './version.ts';

/** The ONE list of sections: a probe each, in the order people read them. */
export const sectionSchemas = {
  identity: identitySchema,
  cpu: cpuSchema,
  kvm: kvmSchema,
  qemu: qemuSchema,
  memory: memorySchema,
  os: osSchema,
  filesystems: filesystemsSchema,
  disks: disksSchema,
  lvm: lvmSchema,
  network: networkSchema,
  drbd: drbdSchema,
  names: namesSchema,
  time: timeSchema,
  guests: guestsSchema,
  ganeti: ganetiSchema,
  inventory: inventorySchema,
  peers: peersSchema,
} as const;

export type Section = keyof typeof sectionSchemas;

/** The facts of each section, by its name. */
export type Facts = { [S in Section]: z.infer<(typeof sectionSchemas)[S]> };

export const sections = Object.keys(sectionSchemas) as Section[];

/** A probe brings facts or fails; absence of a thing is a fact. */
export type Outcome<F> =
  | { status: 'ok'; facts: F }
  | { status: 'failed'; error: z.infer<typeof failureSchema> };

function outcomeOf<T extends z.ZodType>(facts: T) {
  return z
    .discriminatedUnion('status', [
      z.strictObject({ status: z.literal('ok'), facts }),
      z.strictObject({ status: z.literal('failed'), error: failureSchema }),
    ])
    .optional();
}

const outcomes = {
  identity: outcomeOf(identitySchema),
  cpu: outcomeOf(cpuSchema),
  kvm: outcomeOf(kvmSchema),
  qemu: outcomeOf(qemuSchema),
  memory: outcomeOf(memorySchema),
  os: outcomeOf(osSchema),
  filesystems: outcomeOf(filesystemsSchema),
  disks: outcomeOf(disksSchema),
  lvm: outcomeOf(lvmSchema),
  network: outcomeOf(networkSchema),
  drbd: outcomeOf(drbdSchema),
  names: outcomeOf(namesSchema),
  time: outcomeOf(timeSchema),
  guests: outcomeOf(guestsSchema),
  ganeti: outcomeOf(ganetiSchema),
  inventory: outcomeOf(inventorySchema),
  peers: outcomeOf(peersSchema),
};

export const reportSchema = z.strictObject({
  schema: z.literal(REPORT_SCHEMA),
  node: z.string().min(1).max(253).describe('the name of the node, its FQDN when it has one'),
  collectedAt: z.iso
    .datetime()
    .meta({ volatile: true })
    .describe('UTC instant at which the facts were read'),
  agent: z.strictObject({
    version: z.string(),
    privileged: z.boolean().describe('ran as root'),
    origin: z.enum(['live', 'recorded']).describe('read from the machine, or from a snapshot'),
    redacted: z
      .int()
      .positive()
      .optional()
      .describe('texts that looked like secrets and were taken out; none when left out'),
    spool: z
      .strictObject({
        dropped: z.int().nonnegative().describe('reports dropped because the spool was full'),
        aside: z.int().nonnegative().describe('files set aside: damaged, or refused for good'),
      })
      .optional()
      .describe('what this node never delivered, counted since its spool began'),
  }),
  tookMs: z
    .record(z.string(), z.number())
    .meta({ volatile: true })
    .describe('wall time of each probe that ran, never judged'),
  sections: z.strictObject(outcomes),
});

/** All sections of one node at one time, with the failures. */
export type Report = z.infer<typeof reportSchema>;
