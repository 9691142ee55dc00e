import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { program, root } from '../requirements.ts';
import { finished } from './debian-root.ts';

/** What building and checking packages needs of a machine. */
export const packaging = [
  program('dh', 'debhelper'),
  program('lintian', 'lintian'),
  program('debootstrap', 'debootstrap'),
];

/** The Debian packages that were built, by their paths. */
export interface Packages {
  agent: string;
  collector: string;
}

/** Builds both as `npm run package` does. */
export async function buildPackages(folder: string): Promise<Packages> {
  const script = join(root, 'packaging', 'package.mjs');
  // a changed checkout has a time too: outside of git none is asked for
  const env = { SOURCE_DATE_EPOCH: '1795348266', ...process.env };
  const built = await finished(spawn(process.execPath, [script, '--out', folder], { env }));
  if (built.code !== 0) throw new Error(built.stderr.slice(-4000));
  const pathOf = (name: string) => {
    const [file, ...others] = readdirSync(folder).filter((one) => one.startsWith(`${name}_`));
    if (file === undefined || others.length > 0) throw new Error(`${folder}: which ${name}?`);
    return join(folder, file);
  };
  return { agent: pathOf('muster-agent'), collector: pathOf('muster-collector') };
}

/** The SHA-256 of a file. */
export function digestOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** A field of a package's control file. */
export function field(path: string, name: string): string {
  return spawnSync('dpkg-deb', ['-f', path, name], { encoding: 'utf8' }).stdout.trim();
}

/** The copyright file that a package installs. */
export function copyrightOf(path: string): string {
  return fileIn(path, `usr/share/doc/${field(path, 'Package')}/copyright`);
}

/** A file that a package installs; empty when it has none such. */
export function fileIn(path: string, file: string): string {
  const tar = spawnSync('dpkg-deb', ['--fsys-tarfile', path], { maxBuffer: 2 ** 26 }).stdout;
  return spawnSync('tar', ['-xO', `./${file}`], { input: tar, encoding: 'utf8' }).stdout;
}

/** What lintian finds of the weight of a warning or more. */
export function lint({ agent, collector }: Packages): string {
  const options = ['--allow-root', '--fail-on', 'error,warning', '--tag-display-limit', '0'];
  const env = { ...process.env, LC_ALL: 'C' };
  const { stdout } = spawnSync('lintian', [...options, agent, collector], {
    encoding: 'utf8',
    env,
  });
  return stdout;
}
