import type { OsFacts } from '../../shared/facts/os.ts';
import { type Host, ParseError } from '../host/host.ts';
import { listOrNone, readOrNull } from '../listing.ts';
import { parseWhole, quote, textLines } from '../parse.ts';

/** The kinds of SSH host key, such as rsa, whose public half is in /etc/ssh. */
export async function sshHostKeys(host: Host): Promise<string[]> {
  return (await listOrNone(host, '/etc/ssh')).flatMap((name) => {
    const kind = /^ssh_host_(\w+)_key\.pub$/.exec(name)?.[1];
    return kind === undefined ? [] : [kind];
  });
}

/** gnt-cluster init refuses when one of these holds anything but folders. */
const DATA_FOLDERS = ['', '/queue', '/queue/archive'].map((name) => `/var/lib/ganeti${name}`);
/** A few tell what is there; a queue may hold thousands. */
const MAX_FILES = 20;

/** What an earlier cluster left in the folders that Ganeti wants empty: the first files. */
export async function clusterFiles(host: Host): Promise<string[]> {
  const files: string[] = [];
  for (const folder of DATA_FOLDERS) {
    for (const name of (await listOrNone(host, folder)).slice(0, MAX_FILES * 2)) {
      if (files.length === MAX_FILES) return files;
      const path = `${folder}/${name}`;
      if ((await host.stat(path)).type !== 'directory') files.push(path);
    }
  }
  return files;
}

/** The users and groups of Ganeti's daemons, as Debian's package makes them. */
const USERS = ['gnt-confd', 'gnt-masterd', 'gnt-rapi'];
const GROUPS = ['gnt-admin', 'gnt-confd', 'gnt-daemons', 'gnt-masterd', 'gnt-rapi'];

type Accounts = Extract<NonNullable<OsFacts['accounts']>, { status: 'ok' }>['value'];

/** Those of Ganeti's users and groups that exist; only these are asked for. */
export async function accounts(host: Host): Promise<Accounts> {
  // getent exits with 2 when it does not know one of the names
  const asked = { okCodes: [2], timeoutMs: 5000 };
  const users = await host.run('getent', ['passwd', ...USERS], asked);
  const groups = await host.run('getent', ['group', ...GROUPS], asked);
  const members = rowsOf(groups.stdout, 4).map(([name = '', , , list = '']) => {
    return [name, list.split(',').filter((member) => member !== '')] as const;
  });
  return {
    users: rowsOf(users.stdout, 7).map(([name = '']) => name),
    groups: Object.fromEntries(members),
  };
}

function rowsOf(text: string, columns: number): string[][] {
  const lines = textLines(text, 'getent').filter((line) => line !== '');
  return lines.map((line) => {
    const fields = line.split(':');
    if (fields.length === columns && fields[0]) return fields;
    throw new ParseError(`getent: expected ${columns} fields, found ${quote(line)}`);
  });
}

/** Where Ganeti of Debian looks for OS definitions; the first of a name counts. */
const OS_FOLDERS = [
  '/srv/ganeti/os',
  '/usr/local/lib/ganeti/os',
  '/usr/lib/ganeti/os',
  '/usr/share/ganeti/os',
];
/** More definitions than any cluster has. */
const MAX_DEFINITIONS = 100;

type Definitions = Extract<NonNullable<OsFacts['osDefinitions']>, { status: 'ok' }>['value'];

/** The OS definitions from which instances can be made, by name. */
export async function osDefinitions(host: Host): Promise<Definitions> {
  const found = new Map<string, Definitions[number]>();
  for (const folder of OS_FOLDERS) {
    for (const name of (await listOrNone(host, folder)).slice(0, MAX_DEFINITIONS)) {
      const path = `${folder}/${name}`;
      const versions = await readOrNull(host, `${path}/ganeti_api_version`);
      if (versions === null || found.has(name)) continue;
      const variants = (await readOrNull(host, `${path}/variants.list`)) ?? '';
      found.set(name, {
        name,
        apiVersions: linesOf(versions, path).map((line) => parseWhole(line, path)),
        variants: linesOf(variants, path).filter((line) => !line.startsWith('#')),
      });
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function linesOf(text: string, what: string): string[] {
  return textLines(text, what)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
