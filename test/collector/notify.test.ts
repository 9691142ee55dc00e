import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  feedWatchdog,
  type NotifyEnvironment,
  notifyOf,
  watchdogMs,
} from '../../collector/notify.ts';
import { newAuthority } from '../../collector/tls/authority.ts';
import { describeWith, program } from '../requirements.ts';
import { linesOf, serve } from './commands/served.ts';
import { temporaryFolder } from './test-app.ts';

const systemdNotify = program('systemd-notify', 'systemd');
const python = program('python3', 'python3');

const periods: [string, NotifyEnvironment, number | null][] = [
  ['no watchdog', {}, null],
  ['a watchdog of this process', { WATCHDOG_USEC: '30000000', WATCHDOG_PID: '7' }, 30_000],
  ['a watchdog of whoever runs', { WATCHDOG_USEC: '30000000' }, 30_000],
  ['a watchdog of another process', { WATCHDOG_USEC: '30000000', WATCHDOG_PID: '8' }, null],
  ['a period that is none', { WATCHDOG_USEC: '0' }, null],
  ['a period that is no number', { WATCHDOG_USEC: '30s' }, null],
];
test.each(periods)('%s', (_, environment, expected) => {
  expect(watchdogMs(environment, 7)).toBe(expected);
});

/** A feeding that ends itself after so many answers of the store, and what was told meanwhile. */
function feed(answers: (() => Promise<void>)[]): Promise<{ told: string[]; errors: string[] }> {
  const told: string[] = [];
  const errors: string[] = [];
  return new Promise((resolve) => {
    const end = feedWatchdog({
      environment: { WATCHDOG_USEC: '2000' },
      pid: 7,
      notify: async (state) => void told.push(state),
      ping: async () => {
        const answer = answers.shift();
        if (answer !== undefined) return answer();
        end();
        resolve({ told, errors });
      },
      onError: (error) => void errors.push(error instanceof Error ? error.message : 'unnamed'),
    });
  });
}

test('the watchdog is fed while the store answers, and not when it does not', async () => {
  const fine = async () => undefined;
  const broken = () => Promise.reject(new Error('disk I/O error'));
  const { told, errors } = await feed([fine, broken, fine]);
  expect([told, errors]).toEqual([['WATCHDOG=1', 'WATCHDOG=1'], ['disk I/O error']]);
});

test('a store that hangs is asked once', async () => {
  let asked = 0;
  const end = feedWatchdog({
    environment: { WATCHDOG_USEC: '2000' },
    pid: 7,
    notify: () => Promise.reject(new Error('told although the store hangs')),
    ping: () => {
      asked += 1;
      return new Promise(() => undefined);
    },
    onError: (error) => {
      throw error;
    },
  });
  onTestFinished(end);
  // four turns of a timer of the same period come after four of the watchdog's
  for (let turn = 0; turn < 4; turn++) await once(turnAfter(1), 'turn');
  expect(asked).toBe(1);
});

function turnAfter(ms: number): EventTarget {
  const target = new EventTarget();
  setTimeout(() => target.dispatchEvent(new Event('turn')), ms);
  return target;
}

test('outside of a unit nobody is told', async () => {
  const notify = notifyOf({}, (error) => {
    throw error;
  });
  await expect(notify('READY=1')).resolves.toBeUndefined();
});

/** What systemd's end of the socket receives, as the lines of `linesOf`; barriers are not told. */
async function listener() {
  const socket = join(temporaryFolder(), 'notify');
  const child = spawn('python3', ['-c', RECEIVE, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = linesOf(child);
  await lines.matching(/^bound\n/);
  return { socket, lines };
}

const RECEIVE = `
import socket, sys
end = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
end.bind(sys.argv[1])
print("bound", flush=True)
while True:
    text = end.recv(4096).decode()
    if text != "BARRIER=1":
        print(text, flush=True)
`;

describeWith([systemdNotify, python], 'over the socket of systemd', () => {
  test('a change is told as it is', async () => {
    const { socket, lines } = await listener();
    const notify = notifyOf({ NOTIFY_SOCKET: socket }, (error) => {
      throw error;
    });
    await notify('READY=1');
    await lines.matching(/^READY=1\n/);
  });

  test('a socket that nobody reads is an error for the log, and no end', async () => {
    const errors: unknown[] = [];
    const socket = join(temporaryFolder(), 'nobody');
    await notifyOf({ NOTIFY_SOCKET: socket }, (error) => void errors.push(error))('READY=1');
    expect(errors).toEqual([new Error('/usr/bin/systemd-notify READY=1 ended with 1')]);
  });

  test('serve tells when it listens, feeds the watchdog, reloads and stops', async () => {
    const { socket, lines } = await listener();
    const folder = temporaryFolder();
    const [cert, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
    const { serverCertificate, serverKey } = await newAuthority(['127.0.0.1'], new Date());
    writeFileSync(cert, serverCertificate);
    writeFileSync(key, serverKey);
    // an interval that a loaded machine keeps up with, and a test may wait for
    process.env.NOTIFY_SOCKET = socket;
    process.env.WATCHDOG_USEC = '1000000';
    onTestFinished(() => {
      delete process.env.NOTIFY_SOCKET;
      delete process.env.WATCHDOG_USEC;
    });
    const options = ['--tls-cert', cert, '--tls-key', key];
    const { child, ended } = await serve(join(folder, 'muster.db'), ...options);
    await lines.matching(/^READY=1\n/);
    await lines.matching(/^WATCHDOG=1\n/);
    child.kill('SIGHUP');
    await lines.matching(/RELOADING=1\n(WATCHDOG=1\n)*READY=1\n/);
    child.kill('SIGTERM');
    await lines.matching(/STOPPING=1\n/);
    expect(await ended).toEqual([0, null]);
  });
});
