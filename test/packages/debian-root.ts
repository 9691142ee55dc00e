import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** How a command ended. */
export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A clean Debian in a folder of its own; nothing of it is left mounted or running. */
export interface DebianRoot {
  folder: string;
  /** runs a command in it to its end, with what is given on its standard input */
  run(command: readonly string[], input?: string): Promise<Ran>;
  /** starts a command in it that goes on; it and all it started end with the child */
  start(command: readonly string[]): ChildProcess;
  /** installs packages of ours with apt */
  install(...packages: string[]): Promise<Ran>;
  /** every file and folder that a package could have left */
  files(): string[];
  remove(): void;
}

/** Makes a minimal Debian of this suite, with these packages of its own. */
export async function debianRoot(suite: string, include: string[]): Promise<DebianRoot> {
  const folder = mkdtempSync(join(tmpdir(), `muster-${suite}-`));
  await fill(folder, suite, include);
  // it is `/` to users that are not root, too
  chmodSync(folder, 0o755);

  // In namespaces of its own: the mounts go with the last process, and that with the first one.
  const start = (command: readonly string[]) =>
    spawn(
      'unshare',
      ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', ENTER, 'sh', folder, ...command],
      { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }, cwd: '/' },
    );
  const run = (command: readonly string[], input = '') => {
    const child = start(command);
    child.stdin.end(input);
    return finished(child);
  };
  return {
    ...{ folder, run, start },
    install(...packages) {
      for (const path of packages) cpSync(path, join(folder, 'root', basename(path)));
      const here = packages.map((path) => `/root/${basename(path)}`);
      return run(['apt-get', 'install', '-y', '--no-install-recommends', ...here]);
    },
    files: () => filesOf(folder),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** Fills the folder from what an earlier run kept outside of the repository, or anew. */
async function fill(folder: string, suite: string, include: string[]): Promise<void> {
  const kept = join(tmpdir(), `muster-debian-${[suite, ...include].join('-')}.tar.gz`);
  if (existsSync(kept)) return must('tar', ['-xzf', kept, '-C', folder]);
  const options = ['--variant=minbase', `--include=${include.join(',')}`];
  await must('debootstrap', [...options, suite, folder, mirror()]);
  const made = `${kept}.${process.pid}`;
  await must('tar', ['-I', 'gzip -1', '-cf', made, '-C', folder, '.']);
  renameSync(made, kept);
}

async function must(command: string, args: string[]): Promise<void> {
  const { code, stdout, stderr } = await finished(spawn(command, args));
  if (code !== 0)
    throw new Error(`${command} ${args.join(' ')}: ${(stdout + stderr).slice(-2000)}`);
}

const ENTER = `
set -e
root=$1
shift
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
exec chroot "$root" "$@"
`;

/** What apt and dpkg write for themselves, and what our tests put there. */
const OTHERS = ['proc', 'sys', 'dev', 'run', 'tmp', 'root', 'var/cache', 'var/log', 'var/lib/apt'];

function filesOf(folder: string): string[] {
  const left = [...OTHERS, 'var/lib/dpkg'].flatMap((path) => ['-path', `./${path}`, '-o']);
  const args = ['.', '(', ...left, '-false', ')', '-prune', '-o', '-print'];
  const { stdout } = spawnSync('find', args, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 26 });
  return stdout.split('\n').sort();
}

/** The Debian mirror that apt uses on this machine. */
function mirror(): string {
  const asked = ['indextargets', '--format', '$(REPO_URI)', 'Origin: Debian', 'Label: Debian'];
  const { stdout } = spawnSync('apt-get', asked, { encoding: 'utf8' });
  return stdout.split('\n', 1)[0] || 'http://deb.debian.org/debian';
}

/** The end of a process, with all that it said. */
export function finished(child: ChildProcess): Promise<Ran> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8');
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  // a program that ends without reading what it is given says so by its code
  child.stdin?.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
