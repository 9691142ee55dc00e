import { describe, expect, test } from 'vitest';
import { ParseError } from '../../agent/host/host.ts';
import { filesLoading, optionsOf, parseModuleList } from '../../agent/module-configuration.ts';
import { madeHost } from './recorded-hosts.ts';

const parents = ['/etc', '/run', '/usr/local/lib', '/usr/lib', '/lib'];
const absent = { kind: 'not_found', message: 'no such file' };

/** A host whose folders hold these files and no others. */
function hostWith(files: Record<string, string>) {
  const folders = parents.flatMap((one) => [`${one}/modules-load.d`, `${one}/modprobe.d`]);
  const paths = Object.keys(files);
  const empty = folders.filter((folder) => !paths.some((path) => path.startsWith(`${folder}/`)));
  const failures = Object.fromEntries(empty.map((folder) => [folder, absent]));
  if (files['/etc/modules'] === undefined) failures['/etc/modules'] = absent;
  return madeHost({ files: { '/proc/cmdline': 'ro quiet\n', ...files }, snapshot: { failures } });
}

describe('what loads a module at boot', () => {
  test.each<[string, Record<string, string>, string[]]>([
    ['no file at all', {}, []],
    ['/etc/modules', { '/etc/modules': '# boot\nloop max_loop=8\n drbd \n' }, ['/etc/modules']],
    [
      'the file of a package',
      { '/usr/lib/modules-load.d/drbd.conf': 'drbd\n' },
      ['/usr/lib/modules-load.d/drbd.conf'],
    ],
    [
      'two files',
      { '/etc/modules-load.d/z.conf': 'drbd', '/usr/lib/modules-load.d/a.conf': 'drbd\n' },
      ['/usr/lib/modules-load.d/a.conf', '/etc/modules-load.d/z.conf'],
    ],
    [
      'a file of the same name in /etc that does not',
      {
        '/etc/modules-load.d/drbd.conf': '# not now\n',
        '/usr/lib/modules-load.d/drbd.conf': 'drbd\n',
      },
      [],
    ],
    ['a comment', { '/etc/modules': '#drbd\n; drbd\n' }, []],
    ['another module', { '/etc/modules': 'drbd_transport_tcp\nmydrbd\n' }, []],
    ['a file without .conf', { '/etc/modules-load.d/drbd.conf.dpkg-old': 'drbd\n' }, []],
  ])('%s', async (_name, files, expected) => {
    expect(await filesLoading(await hostWith(files), 'drbd')).toEqual(expected);
  });

  test('a dash is an underscore to the kernel', () => {
    expect(parseModuleList('vhost-net\n', 'modules')).toEqual(['vhost_net']);
  });

  test('binary data is refused', () => {
    expect(() => parseModuleList('drbd\0', 'modules')).toThrow(ParseError);
  });
});

describe('what options a module is loaded with', () => {
  const conf = '/etc/modprobe.d/drbd.conf';

  test.each<[string, Record<string, string>, Record<string, string>]>([
    ['no line', { [conf]: '# options drbd usermode_helper=/bin/true\n' }, {}],
    [
      'one',
      { [conf]: 'options drbd usermode_helper=/bin/true\n' },
      { usermode_helper: '/bin/true' },
    ],
    [
      'quoted, over two lines',
      { [conf]: 'options drbd minor_count=128 \\\n "usermode_helper=/bin/true"' },
      { minor_count: '128', usermode_helper: '/bin/true' },
    ],
    ['of another module', { [conf]: 'options drbd9 usermode_helper=/bin/true\n' }, {}],
    ['a switch', { [conf]: '\toptions\tdrbd\tallow-oos\n' }, { allow_oos: '' }],
    [
      'two lines, of which the later counts',
      { [conf]: 'options drbd minor_count=1\noptions drbd minor_count=2\n' },
      { minor_count: '2' },
    ],
    [
      'two files, of which the later name counts',
      {
        '/lib/modprobe.d/z.conf': 'options drbd minor_count=1',
        [conf]: 'options drbd minor_count=2',
      },
      { minor_count: '1' },
    ],
    [
      'the kernel command line, which counts most',
      { [conf]: 'options drbd minor_count=1\n', '/proc/cmdline': 'ro drbd.minor_count=3 quiet\n' },
      { minor_count: '3' },
    ],
  ])('%s', async (_name, files, expected) => {
    expect(await optionsOf(await hostWith(files), 'drbd')).toEqual(expected);
  });

  test('an install line may do anything, so nothing is known', async () => {
    const host = await hostWith({ [conf]: 'install drbd /bin/false\n' });
    await expect(optionsOf(host, 'drbd')).rejects.toMatchObject({ kind: 'unsupported' });
  });

  test('a file that cannot be read is an error, not an absence', async () => {
    const failures = { [conf]: { kind: 'denied', message: 'denied' } };
    const lists = Object.fromEntries(parents.map((one) => [`${one}/modprobe.d`, ['drbd.conf']]));
    const host = await madeHost({ snapshot: { failures, lists } });
    await expect(optionsOf(host, 'drbd')).rejects.toMatchObject({ kind: 'denied' });
  });

  test('a file masked by a link to /dev/null says nothing', async () => {
    const failures = { [conf]: { kind: 'other', message: 'not a regular file' } };
    const lists = Object.fromEntries(parents.map((one) => [`${one}/modprobe.d`, ['drbd.conf']]));
    const files = { '/proc/cmdline': 'ro\n', '/lib/modprobe.d/drbd.conf': 'options drbd a=1\n' };
    const host = await madeHost({
      files,
      snapshot: { failures, lists, links: { [conf]: '/dev/null' } },
    });
    expect(await optionsOf(host, 'drbd')).toEqual({});
  });
});
