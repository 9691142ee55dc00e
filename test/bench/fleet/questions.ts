import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { join } from 'node:path';
import { askCluster } from '../../../collector/client.ts';
import { CommandError } from '../../../shared/exit.ts';
import { root } from '../../requirements.ts';
import { median } from '../measure.ts';
import type { Collectors } from './collectors.ts';

/** How long a person or a program waits for an answer about the whole fleet. */
export interface Waited {
  /** the gate's answer: the first time after the load, after one more report, and then */
  verifyFirstMs: number;
  verifyAfterMs: number;
  verifyMs: number;
  /** `muster verify`, from its start to its end */
  commandMs: number;
  pageFirstMs: number;
  pageMs: number;
}

interface Asking {
  collectors: Collectors;
  cluster: string;
  token: string;
  folder: string;
  /** brings one report that says something new; counts from 1 */
  bring(round: number): Promise<void>;
}

const ROUNDS = 9;
const ROUNDS_OF_NEWS = 3;

/** Asks the first of the collectors; the times are those of a client on loopback, TLS included. */
export async function askAll(asking: Asking): Promise<Waited> {
  const { collectors, cluster, token, folder, bring } = asking;
  const [collector = ''] = collectors.urls;
  const { ca, caFile } = collectors;
  const address = { collector, token, cluster, ca };
  const agent = new Agent({ ca, keepAlive: true, maxSockets: 1 });
  const path = '/verify?gate=health&findings=troubles';
  const verify = () => timed(() => judged(() => askCluster(address, { path })));
  const page = () => timed(() => pageOf(`${collector}/`, agent));
  const pageFirstMs = await page();
  const verifyFirstMs = await verify();
  const [verifies, pages] = [await repeatedly(verify), await repeatedly(page)];
  const afters: number[] = [];
  for (let round = 1; round <= ROUNDS_OF_NEWS; round++) {
    await bring(round);
    afters.push(await verify());
  }
  agent.destroy();
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const where = ['--collector', collector, '--cluster', cluster, '--ca', caFile];
  const args = ['verify', ...where, '--token-file', tokenFile, '--gate', 'health'];
  const commandMs = await timed(() => muster(args));
  const [verifyMs, verifyAfterMs, pageMs] = [median(verifies), median(afters), median(pages)];
  return { verifyFirstMs, verifyAfterMs, verifyMs, commandMs, pageFirstMs, pageMs };
}

/** After a start the collector asks for patience while it judges for the first time. */
async function judged(ask: () => Promise<unknown>): Promise<unknown> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof CommandError && error.message.includes('still being judged'))) {
        throw error;
      }
    }
  }
}

async function repeatedly(ask: () => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await ask());
  return times;
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await action();
  return performance.now() - began;
}

function pageOf(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = get(url, { agent, headers: { accept: 'text/html' } }, (response) => {
      response.resume();
      response.on('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${url} answered ${response.statusCode}`));
      });
    });
    sent.on('error', reject);
  });
}

/** Whatever the gate says is an answer. */
const ANSWERS = [0, 2, 3];

function muster(args: string[]): Promise<void> {
  const program = join(root, 'dist/muster.js');
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      if (ANSWERS.includes(code ?? -1)) resolve();
      else reject(new Error(`muster verify ended with ${code}`));
    });
  });
}
