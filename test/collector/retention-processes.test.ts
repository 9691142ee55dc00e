import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../collector/store/open.ts';
import { type PostgresServer, postgres, startPostgres } from '../postgres-server.ts';
import { describeWith, root } from '../requirements.ts';
import { temporaryFolder } from './test-app.ts';

/** What all processes of a test say, in the order in which it is heard. */
function listening() {
  const heard: string[] = [];
  let wake: () => void = () => undefined;
  return {
    heard,
    async until(is: () => boolean): Promise<void> {
      while (!is()) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    start(name: string, database: string): ChildProcess {
      const script = join(root, 'test/collector/retention-process.ts');
      const args = ['--import', 'tsx', script, database, name];
      const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
      onTestFinished(() => void child.kill('SIGKILL'));
      for (const output of [child.stdout, child.stderr]) {
        createInterface({ input: output }).on('line', (line) => {
          heard.push(line);
          wake();
        });
      }
      return child;
    },
  };
}

async function takesTurns(database: string): Promise<void> {
  await (await openStore(database, null)).close();
  const { heard, until, start } = listening();
  const count = (line: string) => heard.filter((one) => one === line).length;
  const first = start('first', database);
  await until(() => count('step first') > 2);
  const second = start('second', database);
  await until(() => count('ready second') === 1);
  const before = count('step first');
  // longer than a lease, so that the second one has asked for it
  await until(() => count('step first') > before + 200);
  expect(count('step second')).toBe(0);

  first.kill('SIGKILL');
  await once(first, 'close');
  await until(() => count('step second') > 2);
  start('third', database);
  await until(() => count('ready third') === 1);
  const ended = once(second, 'close');
  second.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  await until(() => count('step third') > 2);
  const steps = heard.filter((line) => line.startsWith('step '));
  const turns = steps.filter((line, index) => line !== steps[index - 1]);
  expect(turns).toEqual(['step first', 'step second', 'step third']);
  const others = heard.filter((line) => !line.startsWith('step '));
  expect(others).toEqual(['ready first', 'ready second', 'ready third']);
}

const title = 'one of several processes clears; when it is killed or ends, another one goes on';

test(`over SQLite ${title}`, () => takesTurns(join(temporaryFolder(), 'muster.db')), 180_000);

describeWith([postgres], 'over PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.end());

  test(title, async () => takesTurns(server.url(await server.database())), 180_000);
});
