import { known } from '../../../shared/evidence.ts';
import type { Reference } from '../../../shared/policy-reference.ts';
import { formatBytes } from '../../../shared/units.ts';
import type { ClusterCheck } from '../cluster-check.ts';
import { isWithin, tallied } from './comparing.ts';
import { type Declared, outlierCheck } from './outlier.ts';

/** Makers round one nominal size to sectors of their own, by far less than a hundredth. */
const SIZE_TOLERANCE = 0.01;

/** A disk as it is compared; its name says only in which order the kernel found it. */
interface Disk {
  sizeBytes: number;
  kind: 'flash' | 'rotating';
}

/** The disks of the nodes against what is declared, or what most have. */
export const diskOutlierChecks: ClusterCheck[] = [
  outlierCheck({
    id: 'fleet.disks',
    title: 'All nodes have as many disks, of the same size and kind',
    why:
      'A disk less than its fellows is often one that died unnoticed; a smaller or slower one ' +
      'limits the mirrored disks of the whole cluster.',
    rules: ['LVM-18'],
    needs: ['disks'],
    noun: 'disks',
    untold: 'no node tells its disks',
    remedy: 'look for the missing or strange disk: lsblk -d -o NAME,SIZE,ROTA,MODEL on each node',
    read: ({ disks }): Disk[] =>
      known(disks.disks)
        .map(({ sizeBytes, rotational }): Disk => {
          return { sizeBytes, kind: rotational ? 'rotating' : 'flash' };
        })
        .sort((a, b) => a.sizeBytes - b.sizeBytes || (a.kind < b.kind ? -1 : 1)),
    spelled: (disks) => spelledDisks(disks),
    same: (one, other) => areAlike(one, other),
    declared,
  }),
  outlierCheck({
    id: 'fleet.disk-models',
    title: 'The disks of all nodes are of the same models',
    why:
      'Disks of one model have one firmware to keep current and one known behaviour; a strange ' +
      'one came as a replacement, and is worth knowing of when a mirror is slow.',
    rules: [],
    consequenceOf: [{ check: 'fleet.disks' }],
    needs: ['disks'],
    noun: 'disk models',
    untold: 'the disks of no node tell their model',
    remedy: 'compare the disks: lsblk -d -o NAME,SIZE,MODEL,REV; accept a replacement by a waiver',
    read: ({ disks }) => {
      const models = known(disks.disks).map(({ model }) => model ?? null);
      return models.every((model) => model === null)
        ? null
        : models.map((model) => model ?? 'a disk without a model');
    },
    spelled: tallied,
  }),
];

function areAlike(one: readonly Disk[], other: readonly Disk[]): boolean {
  return (
    one.length === other.length &&
    one.every((disk, index) => {
      const like = other[index];
      return like !== undefined && disk.kind === like.kind && isNear(disk, like.sizeBytes);
    })
  );
}

function isNear({ sizeBytes }: Disk, bytes: number): boolean {
  return isWithin(SIZE_TOLERANCE, sizeBytes, bytes);
}

function spelledDisks(disks: readonly Disk[]): string {
  return tallied(disks.map(({ sizeBytes, kind }) => `${formatBytes(sizeBytes)} ${kind}`));
}

function declared({ disks }: Reference): Declared<Disk[]> | undefined {
  if (disks === undefined) return undefined;
  const wanted = disks
    .flatMap(({ count, size, kind }) => Array.from({ length: count }, () => ({ size, kind })))
    .sort((a, b) => a.size - b.size);
  const words = wanted.map(({ size, kind }) =>
    [formatBytes(size), ...(kind === undefined ? [] : [kind])].join(' '),
  );
  return {
    spelled: tallied(words),
    holds: (found) =>
      found.length === wanted.length &&
      wanted.every(({ size, kind }, index) => {
        const disk = found[index];
        return disk !== undefined && isNear(disk, size) && (kind ?? disk.kind) === disk.kind;
      }),
  };
}
