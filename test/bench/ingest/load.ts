// The load of the ingest benchmark, a process of its own so that the server is what is measured.
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cargo, recordedReport } from './cargo.ts';
import { type Line, openLine } from './line.ts';
import { type Loaded, type Loading, WARM_UP } from './loading.ts';

/** Deliveries made ready at a time; the clock stands still meanwhile. */
const BLOCK = 5000;

const loading: Loading = JSON.parse(readFileSync(0, 'utf8'));
const senders = loading.senders.map((one) => ({
  ...one,
  privateKey: createPrivateKey(one.privateKey),
}));
const report = await recordedReport();
await sendBlock(cargo(report, senders, { first: loading.first, count: WARM_UP }));
const latencies: number[] = [];
const residentMib = [residentOf(loading.pid)];
const half = Math.floor(loading.deliveries / 2);
let [took, cpuUs] = [0, 0];
for (let sent = 0; sent < loading.deliveries; sent += BLOCK) {
  if (residentMib.length === 1 && sent >= half) residentMib.push(residentOf(loading.pid));
  const count = Math.min(BLOCK, loading.deliveries - sent);
  const block = cargo(report, senders, { first: loading.first + WARM_UP + sent, count });
  const [cpuBefore, began] = [cpuUsOf(loading.pid), performance.now()];
  latencies.push(...(await sendBlock(block)));
  took += performance.now() - began;
  cpuUs += cpuUsOf(loading.pid) - cpuBefore;
}
residentMib.push(residentOf(loading.pid));
latencies.sort((a, b) => a - b);
const share = (of: number) => latencies[Math.floor(latencies.length * of)] ?? Number.NaN;
const loaded: Loaded = {
  perSecond: (loading.deliveries / took) * 1000,
  p50Ms: share(0.5),
  p99Ms: share(0.99),
  longestMs: share(1 - 1e-9),
  cpuUsEach: cpuUs / loading.deliveries,
  residentMib,
};
process.stdout.write(JSON.stringify(loaded));

async function sendBlock(block: Buffer[]): Promise<number[]> {
  const latencies: number[] = [];
  let next = 0;
  const work = async () => {
    let line: Line | null = null;
    for (let request = block[next++]; request !== undefined; request = block[next++]) {
      const began = performance.now();
      line ??= await openLine(loading);
      const status = await line.send(request);
      latencies.push(performance.now() - began);
      if (status !== 200) throw new Error(`answered with ${status}`);
      if (!loading.newLines) continue;
      line.close();
      line = null;
    }
    line?.close();
  };
  await Promise.all(Array.from({ length: loading.concurrency }, work));
  return latencies;
}

function residentOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

/** utime and stime, of all threads, in the kernel's hundredths. */
function cpuUsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}
