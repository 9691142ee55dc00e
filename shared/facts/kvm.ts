import { z } from 'zod';
import { readingOf } from '../reading.ts';

export const kvmSchema = z.strictObject({
  modules: readingOf(z.array(z.string())).describe(
    'kernel modules kvm and kvm_* that are loaded or built in (kvm, kvm_intel, kvm_amd …)',
  ),
  parameters: z
    .record(z.string(), z.record(z.string(), z.string()))
    .describe('module name to its readable parameters, raw, from /sys/module'),
  device: readingOf(
    z
      .strictObject({
        type: z.string().describe('file type, "character" when right'),
        major: z.int().nullable().describe('10 when right; null when it is no device node'),
        minor: z.int().nullable().describe('232 when right; null when it is no device node'),
        mode: z.string().describe('octal permission bits, such as 0660'),
      })
      .nullable(),
  ).describe('/dev/kvm; null when it does not exist'),
  opening: readingOf(z.literal('opened')).describe(
    'opening /dev/kvm for reading and writing; that a VM starts is proved in the qemu section',
  ),
  vhostNet: readingOf(z.boolean()).describe('/dev/vhost-net exists'),
  tun: readingOf(z.boolean()).describe('/dev/net/tun exists'),
});

export type KvmFacts = z.infer<typeof kvmSchema>;
