import { describe, expect, test } from 'vitest';
import {
  accounts,
  clusterFiles,
  osDefinitions,
  sshHostKeys,
} from '../../../agent/system/ganeti-setup.ts';
import { madeHost } from '../recorded-hosts.ts';

const absent = { kind: 'not_found', message: 'no such file' };
const stat = (type: string) => ({
  type,
  mode: '0640',
  sizeBytes: 1,
  modifiedMs: 0,
  inode: 1,
  major: null,
  minor: null,
});

test.each<[string[], string[]]>([
  [['ssh_host_ed25519_key', 'ssh_host_ed25519_key.pub'], ['ed25519']],
  [['ssh_host_rsa_key'], []],
  [['ssh_host_rsa_key.pub', 'ssh_host_rsa_key.pub.old', 'xssh_host_dsa_key.pub'], ['rsa']],
])('of %j the host keys are %j', async (names, kinds) => {
  const host = await madeHost({ snapshot: { lists: { '/etc/ssh': names } } });
  expect(await sshHostKeys(host)).toEqual(kinds);
});

describe('what an earlier cluster left', () => {
  const data = '/var/lib/ganeti';

  test('nothing, where ganeti is not installed', async () => {
    const host = await madeHost({ snapshot: { failures: { [data]: absent } } });
    expect(await clusterFiles(host)).toEqual([]);
  });

  test('files count, folders do not', async () => {
    const lists = {
      [data]: ['config.data', 'queue'],
      [`${data}/queue`]: ['archive', 'serial'],
      [`${data}/queue/archive`]: [],
    };
    const stats = {
      [`${data}/config.data`]: stat('file'),
      [`${data}/queue`]: stat('directory'),
      [`${data}/queue/archive`]: stat('directory'),
      [`${data}/queue/serial`]: stat('file'),
    };
    const host = await madeHost({ snapshot: { lists, stats } });
    expect(await clusterFiles(host)).toEqual([`${data}/config.data`, `${data}/queue/serial`]);
  });

  test('of thousands of jobs no more than twenty are looked at', async () => {
    const jobs = Array.from({ length: 5000 }, (_, index) => `job-${index}`);
    const stats = Object.fromEntries(jobs.map((name) => [`${data}/${name}`, stat('file')]));
    const host = await madeHost({ snapshot: { lists: { [data]: jobs }, stats } });
    expect(await clusterFiles(host)).toHaveLength(20);
  });

  test('what may not be read is an error', async () => {
    const failures = { [data]: { kind: 'denied', message: 'denied' } };
    const host = await madeHost({ snapshot: { failures } });
    await expect(clusterFiles(host)).rejects.toMatchObject({ kind: 'denied' });
  });
});

describe('the users and groups of Ganeti', () => {
  const names = {
    passwd: ['gnt-confd', 'gnt-masterd', 'gnt-rapi'],
    group: ['gnt-admin', 'gnt-confd', 'gnt-daemons', 'gnt-masterd', 'gnt-rapi'],
  };
  const answered = (table: 'passwd' | 'group', stdout: string, code: number) => {
    return { command: 'getent', args: [table, ...names[table]], code, stdout, stderr: '' };
  };

  test('those that exist, with the members of the groups', async () => {
    const commands = [
      answered('passwd', 'gnt-rapi:x:107:117::/var/lib/ganeti:/usr/sbin/nologin\n', 2),
      answered('group', 'gnt-admin:x:111:gnt-masterd,gnt-rapi\ngnt-rapi:x:117:\n', 2),
    ];
    expect(await accounts(await madeHost({ commands }))).toEqual({
      users: ['gnt-rapi'],
      groups: { 'gnt-admin': ['gnt-masterd', 'gnt-rapi'], 'gnt-rapi': [] },
    });
  });

  test('none of them', async () => {
    const commands = [answered('passwd', '', 2), answered('group', '', 2)];
    expect(await accounts(await madeHost({ commands }))).toEqual({ users: [], groups: {} });
  });

  test.each(['gnt-rapi:x:107', ':x:1:1:::\n', 'Usage: getent\n', 'gnt-rapi\0'])(
    '%j is refused',
    async (stdout) => {
      const commands = [answered('passwd', stdout, 0), answered('group', '', 2)];
      await expect(accounts(await madeHost({ commands }))).rejects.toThrow('getent');
    },
  );
});

describe('the OS definitions', () => {
  const folders = ['/srv/ganeti', '/usr/local/lib/ganeti', '/usr/lib/ganeti', '/usr/share/ganeti'];
  const failures = Object.fromEntries(folders.map((folder) => [folder, absent]));

  test('none where there is no such folder', async () => {
    expect(await osDefinitions(await madeHost({ snapshot: { failures } }))).toEqual([]);
  });

  test('by name, the first folder counts, and what is no definition is left out', async () => {
    const files = {
      '/srv/ganeti/os/noop/ganeti_api_version': '20\n',
      '/usr/share/ganeti/os/noop/ganeti_api_version': '10\n',
      '/usr/share/ganeti/os/image/ganeti_api_version': '15\n20\n',
      '/usr/share/ganeti/os/image/variants.list': '# all\nbookworm\n\ntrixie\n',
    };
    const gone = ['/srv/ganeti/os/noop/variants.list', '/usr/share/ganeti/os/README'];
    const snapshot = {
      failures: {
        ...Object.fromEntries(
          ['/usr/local/lib/ganeti', '/usr/lib/ganeti', ...gone].map((path) => [path, absent]),
        ),
      },
      lists: { '/usr/share/ganeti/os': ['README', 'image', 'noop'] },
    };
    expect(await osDefinitions(await madeHost({ files, snapshot }))).toEqual([
      { name: 'image', apiVersions: [15, 20], variants: ['bookworm', 'trixie'] },
      { name: 'noop', apiVersions: [20], variants: [] },
    ]);
  });

  test('a version that is no number is refused', async () => {
    const files = { '/srv/ganeti/os/noop/ganeti_api_version': 'twenty\n' };
    const host = await madeHost({
      files,
      snapshot: { failures: { '/srv/ganeti/os/noop/variants.list': absent } },
    });
    await expect(osDefinitions(host)).rejects.toThrow('expected a whole number');
  });
});
