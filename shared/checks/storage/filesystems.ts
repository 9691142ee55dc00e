import { type Check, defineCheck, type Judgement } from '../../check.ts';
import { known, unknownBecause } from '../../evidence.ts';
import type { FilesystemsFacts } from '../../facts/filesystems.ts';
import { fail, pass, skip, unknown, warn } from '../../judgement.ts';
import { formatApart, formatBytes } from '../../units.ts';

const root = defineCheck({
  id: 'storage.root-filesystem',
  title: 'The root filesystem is large enough',
  why: "The system, Ganeti's queue and logs, and images in passing have to fit.",
  rules: ['LVM-11'],
  needs: ['filesystems'],
  judge({ filesystems }, policy) {
    const mount = filesystems.mounts.find((one) => one.holds.includes('/'));
    if (mount === undefined) unknownBecause('no mount of / was found');
    const { rootMinimum, rootAdvised } = policy.thresholds;
    const { totalBytes } = known(mount.space);
    if (totalBytes < rootMinimum) {
      return fail(
        `/ has ${formatApart(totalBytes, rootMinimum)}, ` +
          `expected at least ${formatBytes(rootMinimum)}`,
        'reinstall with a larger root filesystem; the rest of the disk is for LVM',
      );
    }
    const found = `/ has ${formatApart(totalBytes, rootAdvised)}`;
    if (totalBytes >= rootAdvised) return pass(found);
    return pass(`${found}; ${formatBytes(rootAdvised)} would leave room for images`);
  },
});

const free = defineCheck({
  id: 'storage.filesystem-free',
  title: 'The filesystems of the node have room left',
  why: 'A full /var stops the job queue, and with it every operation of the cluster.',
  rules: ['LVM-11'],
  needs: ['filesystems'],
  judge({ filesystems }, policy) {
    if (filesystems.mounts.length === 0) unknownBecause('no mount was found');
    const wanted = policy.thresholds.filesystemFreePercent;
    return filesystems.mounts.map((mount) => ({
      subject: mount.path,
      ...judgeSpace(mount, wanted),
    }));
  },
});

function judgeSpace(mount: FilesystemsFacts['mounts'][number], wanted: number): Judgement {
  if (mount.space.status === 'failed') {
    const { kind, message } = mount.space.error;
    return kind === 'unsupported' ? skip(message) : unknown(message);
  }
  const { totalBytes, availableBytes } = mount.space.value;
  if (totalBytes === 0) return skip(`${mount.path} is a ${mount.type} without a size`);
  const percent = (availableBytes * 100) / totalBytes;
  const found =
    `${formatBytes(availableBytes)} (${Math.floor(percent)} %) of ` +
    `${formatBytes(totalBytes)} free on ${mount.path}`;
  if (percent >= wanted) return pass(found);
  const remedy = `look for what fills it: du -xh -d2 ${mount.path} | sort -h | tail`;
  const expected = `expected at least ${wanted} %`;
  return availableBytes === 0
    ? fail(`${found}, ${expected}`, remedy)
    : warn(`${found}, ${expected}`, remedy);
}

/** The filesystems that the system and Ganeti's own files lie on. */
export const filesystemChecks: Check[] = [root, free];
