import type { DiskConfig } from '../../shared/facts/ganeti-config.ts';
import { ParseError } from '../host/host.ts';
import { ownValue } from '../json.ts';
import type { ConfigData, DiskData, InstanceData } from './config-schema.ts';

/** The disks of an instance: inline up to 2.11, then by UUID in a map of their own. */
export function disksOf(data: ConfigData, { name, disks }: InstanceData): DiskConfig[] {
  return disks.map((disk) => {
    const found = typeof disk === 'string' ? ownValue(data.disks, disk) : disk;
    if (found === undefined) {
      throw new ParseError(`config.data: ${name} refers to a disk that is not there`);
    }
    return diskOf(data, found);
  });
}

/** The nodes other than the primary that hold an end of a DRBD disk. */
export function partnersOf(disks: readonly DiskConfig[], primaryNode: string): string[] {
  const ends = disks.flatMap(({ drbd }) => drbd?.minors.map(({ node }) => node) ?? []);
  return [...new Set(ends)].filter((node) => node !== primaryNode);
}

/** The one template of all disks. */
export function templateOf(disks: readonly DiskConfig[]): string {
  const [first = 'diskless', ...others] = new Set(disks.map(({ template }) => template));
  return others.length === 0 ? first : 'mixed';
}

/** Names that 2.7 and 2.8 had for templates. */
const OLD_TEMPLATES: Record<string, string> = { lvm: 'plain', drbd8: 'drbd' };

function diskOf(data: ConfigData, disk: DiskData): DiskConfig {
  const template = ownValue(OLD_TEMPLATES, disk.dev_type) ?? disk.dev_type;
  const volumes = template === 'plain' ? [disk] : (disk.children ?? []);
  const ids = volumes.map(({ logical_id: id }) => id ?? []);
  const [, path] = disk.logical_id ?? [];
  return {
    template,
    sizeMiB: disk.size,
    volumeGroup: textOf(ids[0]?.[0]),
    lvNames: ids.flatMap((id) => textOf(id[1]) ?? []),
    path: WITH_PATH.has(template) ? textOf(path) : null,
    drbd: template === 'drbd' ? drbdOf(data, disk) : null,
  };
}

/** The second part of their identifier is a path. */
const WITH_PATH = new Set(['file', 'sharedfile', 'blockdev']);

function drbdOf(data: ConfigData, disk: DiskData): DiskConfig['drbd'] {
  const [first, second, port, ...minors] = disk.logical_id ?? [];
  const ends = [first, second].map((node, at) => ({ node, minor: minors[at] }));
  return {
    port: isWhole(port) ? port : null,
    minors: ends.map(({ node, minor }) => {
      if (typeof node === 'string' && isWhole(minor)) {
        return { node: ownValue(data.nodes, node)?.name ?? node, minor };
      }
      throw new ParseError('config.data: a drbd disk without nodes and minors');
    }),
  };
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
