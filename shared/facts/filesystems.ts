import { z } from 'zod';
import { readingOf } from '../reading.ts';

export const filesystemsSchema = z.strictObject({
  mounts: z
    .array(
      z.strictObject({
        path: z.string().describe('mount point'),
        source: z.string().describe('device or remote'),
        type: z.string().describe('ext4, xfs, overlay …'),
        options: z.array(z.string()),
        holds: z
          .array(z.string())
          .describe('which of /, /boot, /var, /var/lib/ganeti, /var/log lie on it'),
        space: readingOf(
          z.strictObject({
            totalBytes: z.int().nonnegative(),
            freeBytes: z.int().nonnegative().meta({ volatile: true }),
            availableBytes: z
              .int()
              .nonnegative()
              .meta({ volatile: true })
              .describe('free for unprivileged users'),
          }),
        ).describe('statfs; not asked of network filesystems'),
      }),
    )
    .describe('the mounts that hold a folder Ganeti or the system needs'),
});

export type FilesystemsFacts = z.infer<typeof filesystemsSchema>;
