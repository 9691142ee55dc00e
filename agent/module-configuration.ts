import { allInOrder } from './attempts.ts';
import { type Host, HostError } from './host/host.ts';
import { textLines } from './parse.ts';

/** The files that have the kernel load `module` at boot, as modules-load.d(5) reads them. */
export async function filesLoading(host: Host, module: string): Promise<string[]> {
  const files = await filesInForce(host, 'modules-load.d');
  // Debian's modules-load.d/modules.conf is a link to it
  const linked = files.some(({ path }) => path.endsWith('/modules.conf'));
  const all = linked ? files : [await fileAt(host, '/etc/modules'), ...files];
  return all
    .filter(({ path, text }) => parseModuleList(text, path).includes(module))
    .map(({ path }) => path);
}

/** The options that `module` is loaded with: of modprobe.d(5), then of the kernel command line. */
export async function optionsOf(host: Host, module: string): Promise<Record<string, string>> {
  const files = await filesInForce(host, 'modprobe.d');
  const lines = files.flatMap(({ path, text }) => parseModprobe(text, path));
  const replaced = lines.find(([verb, name]) => verb === 'install' && named(name) === module);
  if (replaced) {
    const why = `modprobe.d has an "install" line of ${module}: what it does is not known`;
    throw new HostError('unsupported', 'modprobe.d', why);
  }
  const configured = lines
    .filter(([verb, name]) => verb === 'options' && named(name) === module)
    .flatMap((words) => words.slice(2));
  const prefix = `${module}.`;
  const atKernel = wordsOf(await host.read('/proc/cmdline'))
    .filter((word) => named(word).startsWith(prefix))
    .map((word) => word.slice(prefix.length));
  return Object.fromEntries([...configured, ...atKernel].map(optionOf));
}

/** The modules of a file of modules-load.d, or of /etc/modules, where options may follow. */
export function parseModuleList(text: string, path: string): string[] {
  const lines = textLines(text, path).map((line) => line.trim());
  return lines.filter((line) => /^[^#;]/.test(line)).map((line) => named(wordsOf(line)[0]));
}

/** The lines of a file of modprobe.d in words, without quotes; a backslash continues a line. */
export function parseModprobe(text: string, path: string): string[][] {
  return textLines(text.replaceAll(/\\\r?\n/g, ' '), path)
    .filter((line) => /^\s*[^\s#]/.test(line))
    .map(wordsOf);
}

function wordsOf(line: string): string[] {
  return (line.match(/(?:[^\s"]|"[^"]*")+/g) ?? []).map((word) => word.replaceAll('"', ''));
}

/** To the kernel a dash in the name of a module or option is an underscore. */
function named(name = ''): string {
  return name.replaceAll('-', '_');
}

function optionOf(word: string): [name: string, value: string] {
  const equals = word.indexOf('=');
  return equals < 0 ? [named(word), ''] : [named(word.slice(0, equals)), word.slice(equals + 1)];
}

interface File {
  path: string;
  text: string;
}

/** Of two files of one name the one in the earlier folder counts; all are read by their names. */
async function filesInForce(host: Host, folder: string): Promise<File[]> {
  const paths = new Map<string, string>();
  for (const parent of ['/etc', '/run', '/usr/local/lib', '/usr/lib', '/lib']) {
    for (const name of await namesIn(host, `${parent}/${folder}`)) {
      if (!paths.has(name)) paths.set(name, `${parent}/${folder}/${name}`);
    }
  }
  const sorted = [...paths].sort(([a], [b]) => (a < b ? -1 : 1));
  return await allInOrder(sorted.map(([, path]) => fileAt(host, path)));
}

async function namesIn(host: Host, folder: string): Promise<string[]> {
  try {
    return (await host.list(folder)).filter((name) => name.endsWith('.conf'));
  } catch (error) {
    if (error instanceof HostError && error.kind === 'not_found') return [];
    throw error;
  }
}

/** A file that is not there, or is masked by a link to /dev/null, says nothing. */
async function fileAt(host: Host, path: string): Promise<File> {
  try {
    return { path, text: await host.read(path) };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    if (error.kind === 'not_found' || (await isMasked(host, path))) return { path, text: '' };
    throw error;
  }
}

async function isMasked(host: Host, path: string): Promise<boolean> {
  try {
    return (await host.link(path)) === '/dev/null';
  } catch (error) {
    if (error instanceof HostError) return false;
    throw error;
  }
}
