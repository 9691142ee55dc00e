import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { debianRoot } from '../packages/debian-root.ts';
import type { Runtime } from './measure.ts';

/** Node as a Debian release has it, over everything else of this machine. */
export interface DebianNode extends Runtime {
  version: string;
  remove(): void;
}

/** Takes it from a Debian made by debootstrap; needs root and the machine of amd64. */
export async function debianNode(suite: string): Promise<DebianNode> {
  const { folder, remove } = await debianRoot(suite, ['nodejs']);
  const libraries = join(folder, 'usr', 'lib', 'x86_64-linux-gnu');
  // with its own libraries, without which it would be started by those of this machine
  const loader = [join(libraries, 'ld-linux-x86-64.so.2'), '--library-path', libraries];
  const node = [...loader, join(folder, 'usr', 'bin', 'node')];
  // Debian's Node reads parts of itself from /usr/share/nodejs
  const both = `lowerdir=${join(folder, 'usr', 'share')}:/usr/share`;
  const enter = `mount -t overlay overlay -o '${both}' /usr/share`;
  const asked = ['--mount', 'bash', '-c', `${enter} && "$@"`, 'bash', ...node, '--version'];
  const { status, stdout, stderr } = spawnSync('unshare', asked, { encoding: 'utf8' });
  if (status !== 0) {
    remove();
    throw new Error(`the Node of ${suite} does not start: ${stderr}`);
  }
  return { node, enter, version: stdout.trim(), remove };
}
