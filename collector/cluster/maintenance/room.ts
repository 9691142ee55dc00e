import { parseVersion } from '../../../shared/cpu/versions.ts';
import { unknownBecause } from '../../../shared/evidence.ts';
import { memberOf } from './cluster-view.ts';
import { factsOf, type ViewNode } from './view-node.ts';

/**
 * The memory of a node that Ganeti of this release calls free when it is asked to take a guest:
 * up to 3.0 MemFree, Buffers and Cached, from 3.1 on MemAvailable.
 */
export function freeBytesOf(node: ViewNode): number {
  const { memory, release } = memoryAndRelease(node);
  if (release === null) unknownBecause(`${node.name}: the release of its Ganeti is not known`);
  const [major = 0, minor = 0] = release;
  const available = major > 3 || (major === 3 && minor >= 1);
  const bytes = available ? memory.availableBytes : memory.unusedBytes;
  const what = available ? 'MemAvailable' : 'MemFree, Buffers and Cached';
  return bytes ?? unknownBecause(`${node.name}: ${what} not reported`);
}

/** Of the installed code, which answers; where that cannot be told, of the cluster. */
function memoryAndRelease(node: ViewNode) {
  const installed = factsOf(node, 'ganeti').release;
  const cluster = node.report && memberOf(node.report)?.ssconf.releaseVersion;
  const release = (installed.status === 'ok' ? installed.value : null) ?? cluster ?? null;
  const memory = factsOf(node, 'memory');
  return { memory, release: release === null ? null : parseVersion(release) };
}
