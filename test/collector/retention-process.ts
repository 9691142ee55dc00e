import { keepRetention } from '../../collector/retention.ts';
import { openStore } from '../../collector/store/open.ts';

/** Clears a store whose history never ends, and says when it did a step, until SIGTERM. */
const [database = '', name = ''] = process.argv.slice(2);
const inner = await openStore(database, null);
const store = {
  ...inner,
  async retain(...asked: Parameters<typeof inner.retain>) {
    await inner.retain(...asked);
    process.stdout.write(`step ${name}\n`);
    return { removed: 0, more: true };
  },
};
const onError = (error: unknown) => void process.stderr.write(`${error}\n`);
const retention = { fullMs: 1000, maximumMs: null };
const task = { store, retention, now: () => new Date(), onError };
const stop = keepRetention(task, { everyMs: 1000, pauseMs: 10, leaseMs: 1000 });
// the task alone keeps no process alive
const alive = setInterval(() => undefined, 60_000);
process.stdout.write(`ready ${name}\n`);
process.once('SIGTERM', () => {
  clearInterval(alive);
  void stop().then(() => inner.close());
});
