import { userInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { isPostgres, parseAddress } from '../../../collector/store/postgres-address.ts';

const plain = {
  ...{ host: 'db.example.org', port: 5432, user: 'm', database: 'muster' },
  ...{ sslMode: 'verify-full', rootCertificate: null, certificate: null },
  shown: 'muster of m at db.example.org:5432',
};
const me = userInfo().username;

describe('the address of a database', () => {
  test.each([
    ['postgres://m@db.example.org/muster', plain],
    ['postgresql://m@db.example.org:5432/muster', plain],
    ['postgres://db.example.org/muster?user=m', plain],
    ['postgres://m@127.0.0.1/a', { host: '127.0.0.1', database: 'a', sslMode: 'disable' }],
    ['postgres://m@[::1]:6000/a', { host: '::1', port: 6000, sslMode: 'disable' }],
    ['postgres://m@localhost/a', { host: 'localhost', sslMode: 'disable' }],
    ['postgres://m@localhost.example.org/a', { sslMode: 'verify-full' }],
    ['postgres://m@10.0.0.1/a', { host: '10.0.0.1', sslMode: 'verify-full' }],
    ['postgres://m@10.0.0.1/a?sslmode=disable', { sslMode: 'disable' }],
    ['postgres://m@h/a?sslmode=require', { sslMode: 'require' }],
    ['postgres://m@h/a?sslmode=verify-ca&sslrootcert=/ca', { rootCertificate: '/ca' }],
    ['postgres://m@h/a?sslcert=/c&sslkey=/k', { certificate: { cert: '/c', key: '/k' } }],
    ['postgres:///muster', { host: '/var/run/postgresql', user: me, sslMode: 'disable' }],
    ['postgres:///', { user: me, database: me }],
    [
      'postgres://m@/a?host=/run/pg&port=6000',
      { host: '/run/pg', port: 6000, shown: 'a of m at /run/pg' },
    ],
    ['postgres://m@%2Frun%2Fpg/a', { host: '/run/pg' }],
    ['postgres://m%40x@h/a%2Fb', { user: 'm@x', database: 'a/b' }],
  ])('%s is understood', (text, expected) => {
    expect(parseAddress(text)).toMatchObject(expected);
  });

  test('who is not named is PGUSER', () => {
    expect(parseAddress('postgres:///a', { PGUSER: 'p' })).toMatchObject({ user: 'p' });
  });

  test.each([
    ['postgres://m:secret@h/a', '--database-password-file FILE'],
    ['postgres://m@h/a?password=secret', 'PGPASSFILE'],
    [
      'postgres://m@h/a?sslmode=prefer',
      'sslmode: expected disable, require, verify-ca, verify-full',
    ],
    [
      'postgres://m@h/a?sslmod=disable',
      '"sslmod" is not known; known are host, port, user, sslmode',
    ],
    ['postgres://m@h/a?sslcert=/c', 'sslcert needs sslkey'],
    ['postgres://m@h/a?port=0', '"0" is no port'],
    ['postgres://m@h:99999/a', 'it is no URL'],
    ['postgres://m@h/%zz', 'a % in it is not followed by two hex digits'],
  ])('%s is refused', (text, why) => {
    const refused = () => parseAddress(text);
    expect(refused).toThrow(why);
    expect(refused).not.toThrow('secret');
  });

  test.each([
    ['postgres://h/a', true],
    ['postgresql://h/a', true],
    ['POSTGRES://h/a', true],
    ['postgres', false],
    ['postgres.db', false],
    ['sqlite:postgres://x', false],
  ])('%s is one: %s', (text, is) => {
    expect(isPostgres(text)).toBe(is);
  });
});
