import { z } from 'zod';
import { readingOf } from '../reading.ts';

export const osDefinitionSchema = z.strictObject({
  name: z.string(),
  apiVersions: z.array(z.int().nonnegative()).describe('ganeti_api_version'),
  variants: z.array(z.string()).describe('variants.list'),
});

export const osSchema = z.strictObject({
  id: z.string().nullable().describe('ID of os-release, such as debian'),
  versionId: z.string().nullable().describe('VERSION_ID of os-release, such as 12'),
  codename: z.string().nullable().describe('VERSION_CODENAME of os-release, such as bookworm'),
  prettyName: z.string().nullable().describe('PRETTY_NAME of os-release'),
  kernelRelease: z.string().describe('as uname -r'),
  kernelVersion: z.string().nullable().describe('as uname -v'),
  kernelParameters: readingOf(z.array(z.string())).describe(
    'the words of /proc/cmdline that change CPU, KVM or memory; all others are left out',
  ),
  packages: readingOf(z.record(z.string(), z.string().nullable())).describe(
    'the packages of interest, name to version; null: known not to be installed',
  ),
  installedKernels: readingOf(z.array(z.string()))
    .optional()
    .describe('releases of the kernels in /boot, else in /lib/modules'),
  rebootRequired: readingOf(z.boolean()).optional().describe('/run/reboot-required exists'),
  failedUnits: readingOf(z.array(z.string()).nullable())
    .optional()
    .describe('units that systemd counts as failed; null: systemd does not run the machine'),
  sshHostKeys: readingOf(z.array(z.string()))
    .optional()
    .describe('kinds of SSH host key, such as rsa, with a public half in /etc/ssh'),
  clusterFiles: readingOf(z.array(z.string()))
    .optional()
    .describe('files, not folders, in the data and queue folders of Ganeti: the first 20'),
  accounts: readingOf(
    z.strictObject({
      users: z.array(z.string()),
      groups: z.record(z.string(), z.array(z.string())).describe('group to its members'),
    }),
  )
    .optional()
    .describe("those of Ganeti's users and groups that exist"),
  sysctls: readingOf(z.record(z.string(), z.string().nullable()))
    .optional()
    .describe('the settings of interest of /proc/sys; null: the kernel has none by this name'),
  osDefinitions: readingOf(z.array(osDefinitionSchema))
    .optional()
    .describe('what instances can be made from, sorted by name'),
});

export type OsFacts = z.infer<typeof osSchema>;
