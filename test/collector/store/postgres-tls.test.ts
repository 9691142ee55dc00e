import { chmodSync, chownSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openPostgresStore } from '../../../collector/store/postgres.ts';
import { newAuthority } from '../../../collector/tls/authority.ts';
import { type PostgresServer, postgres, startPostgres } from '../../postgres-server.ts';
import { describeWith } from '../../requirements.ts';
import { temporaryFolder } from '../test-app.ts';
import { at, cluster, reported } from './deliveries.ts';

describeWith([postgres], 'TLS on the way to PostgreSQL', () => {
  let server: PostgresServer;
  let authority: Awaited<ReturnType<typeof newAuthority>>;
  beforeAll(async () => {
    server = await startPostgres();
    authority = await newAuthority(['localhost'], new Date());
    await speakTls(authority.serverCertificate, authority.serverKey);
    await server.run('postgres', 'CREATE DATABASE secret');
  });
  afterAll(() => server.end());

  /** The pair goes to where the server looks for it; from now on it takes nobody in the clear. */
  async function speakTls(certificate: string, key: string): Promise<void> {
    const [found] = await server.run<{ folder: string }>(
      'postgres',
      `SELECT current_setting('data_directory') AS folder`,
    );
    const folder = found?.folder ?? '';
    const { uid, gid } = statSync(folder);
    for (const [name, text] of [
      ['server.crt', certificate],
      ['server.key', key],
      // The tests' own way in stays; everybody else has to speak TLS.
      ['pg_hba.conf', 'host postgres all all trust\nhostssl all all 127.0.0.1/32 trust\n'],
    ] as const) {
      writeFileSync(join(folder, name), text);
      chmodSync(join(folder, name), 0o600);
      chownSync(join(folder, name), uid, gid);
    }
    await server.run('postgres', 'ALTER SYSTEM SET ssl = on');
    await server.run('postgres', 'SELECT pg_reload_conf()');
  }

  function urlWith(parameters: string, host = 'localhost'): string {
    return `${server.url('secret').replace('127.0.0.1', host)}?${parameters}`;
  }

  async function works(url: string) {
    const store = await openPostgresStore(url);
    onTestFinished(() => store.close());
    await store.deliver(reported(1, at('11:00:00')));
    expect(await store.clusters()).toEqual([cluster]);
    return server.run<{ version: string }>(
      'postgres',
      `SELECT DISTINCT version FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
       WHERE datname = 'secret' AND application_name = 'muster'`,
    );
  }

  function caFile(text = authority.caCertificate): string {
    const file = join(temporaryFolder(), 'ca.crt');
    writeFileSync(file, text);
    return file;
  }

  test('a server whose certificate is of the CA, for its name, is used', async () => {
    const url = urlWith(`sslmode=verify-full&sslrootcert=${caFile()}`);
    expect(await works(url)).toEqual([{ version: 'TLSv1.3' }]);
  });

  test('with another name it is used only when the name is not asked for', async () => {
    const ca = caFile();
    const refused = openPostgresStore(
      urlWith(`sslmode=verify-full&sslrootcert=${ca}`, '127.0.0.1'),
    );
    await expect(refused).rejects.toThrow(/does not match certificate|IP: 127.0.0.1 is not/);
    expect(await works(urlWith(`sslmode=verify-ca&sslrootcert=${ca}`, '127.0.0.1'))).toEqual([
      { version: 'TLSv1.3' },
    ]);
  });

  test.each(['verify-full', 'verify-ca'])('of another CA it is refused: %s', async (mode) => {
    const other = await newAuthority(['localhost'], new Date());
    const url = urlWith(`sslmode=${mode}&sslrootcert=${caFile(other.caCertificate)}`);
    await expect(openPostgresStore(url)).rejects.toMatchObject({
      exit: 'unavailable',
      message: expect.stringMatching(/certificate/),
    });
  });

  test('with sslmode=require whoever it is is used, over TLS', async () => {
    expect(await works(urlWith('sslmode=require'))).toEqual([{ version: 'TLSv1.3' }]);
  });

  test('a server that wants TLS refuses who comes without', async () => {
    await expect(openPostgresStore(urlWith('sslmode=disable'))).rejects.toThrow('no encryption');
  });

  test('a server that speaks none is refused by who wants it', async () => {
    const plain = await startPostgres();
    onTestFinished(() => plain.end());
    const url = `${plain.url('postgres')}?sslmode=require`;
    await expect(openPostgresStore(url)).rejects.toThrow('does not support SSL');
  });
});
