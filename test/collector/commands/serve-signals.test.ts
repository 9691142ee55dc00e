import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Authority, newAuthority } from '../../../collector/tls/authority.ts';
import { ask } from '../routes/live-collector.ts';
import { temporaryFolder } from '../test-app.ts';
import { linesOf, serve } from './served.ts';

test('with TLS it reads the certificate again at SIGHUP, and keeps a good one', async () => {
  const folder = temporaryFolder();
  const [cert, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  const put = (authority: Authority) => {
    writeFileSync(cert, authority.serverCertificate);
    writeFileSync(key, authority.serverKey);
  };
  const before = await newAuthority(['127.0.0.1'], new Date());
  const after = await newAuthority(['127.0.0.1'], new Date());
  put(before);
  const options = ['--tls-cert', cert, '--tls-key', key, '--listen', '0.0.0.0:0'];
  const { child, port, ended } = await serve(join(folder, 'muster.db'), ...options);
  const lines = linesOf(child);
  const trusted = async (ca: string) =>
    ask(port, { path: '/healthz', ca }).then(
      ({ status }) => status === 200,
      () => false,
    );
  expect([await trusted(before.caCertificate), await trusted(after.caCertificate)]).toEqual([
    true,
    false,
  ]);

  put(after);
  child.kill('SIGHUP');
  await lines.matching(/SIGHUP: new connections get/);
  expect(await trusted(after.caCertificate)).toBe(true);

  writeFileSync(key, before.serverKey);
  child.kill('SIGHUP');
  await lines.matching(/SIGHUP: the certificate before stays/);
  expect(await trusted(after.caCertificate)).toBe(true);
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
}, 30_000);

test('a request under way at SIGTERM is answered, and then nobody is waited for', async () => {
  const { child, port, ended } = await serve(join(temporaryFolder(), 'muster.db'));
  const lines = linesOf(child);
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  const answered = once(socket, 'data');
  const head = 'POST /api/v1/enroll HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
  const token = `Authorization: Bearer muster_enrol_${'x'.repeat(43)}\r\n`;
  socket.write(`${head}${token}Content-Length: 2\r\n\r\n{`);
  await lines.matching(/incoming request/);
  child.kill('SIGTERM');
  await lines.matching(/stopping on SIGTERM/);
  socket.write('}');
  const [answer] = await answered;
  expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /);
  expect(await ended).toEqual([0, null]);
  expect(lines.rest()).not.toContain('cut off');
});
