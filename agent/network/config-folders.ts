import { type Host, HostError } from '../host/host.ts';
import { listOrNone, readOrNull } from '../listing.ts';

/** A file of a configuration that is laid out over several folders. */
export interface ConfigFile {
  name: string;
  path: string;
  text: string;
}

/**
 * The files of `folders` whose name is as `wanted`, sorted by name. A file in an earlier folder
 * stands in for one of its name in a later folder; one that is empty or leads to /dev/null is gone.
 */
export async function readConfigFolders(
  host: Host,
  folders: readonly string[],
  wanted: (name: string) => boolean,
): Promise<ConfigFile[]> {
  const paths = new Map<string, string>();
  for (const folder of folders) {
    for (const name of (await listOrNone(host, folder)).filter(wanted)) {
      if (!paths.has(name)) paths.set(name, `${folder}/${name}`);
    }
  }
  const sorted = [...paths].sort(([one], [other]) => (one < other ? -1 : 1));
  const files: ConfigFile[] = [];
  for (const [name, path] of sorted) {
    const text = await textOf(host, path);
    if (text?.trim()) files.push({ name, path, text });
  }
  return files;
}

async function textOf(host: Host, path: string): Promise<string | null> {
  try {
    return await readOrNull(host, path);
  } catch (error) {
    if (!(error instanceof HostError) || error.kind !== 'other') throw error;
    const { type } = await host.stat(path);
    if (type === 'character') return null;
    throw error;
  }
}
