import { expect, test } from 'vitest';
import type { Target } from '../../../collector/webhook/target.ts';
import { openLiveCollector } from '../routes/live-collector.ts';
import { openTestApp } from '../test-app.ts';
import { openReceiver, secretBytes, status } from './receiver.ts';
import { announceAs, untilKnown } from './sending.ts';

const pace = { lookMs: 1, answerMs: 10_000, stopMs: 0 };

test('/metrics tells of attempts by how they ended, and how far the target was told', async () => {
  const receiver = await openReceiver();
  const target: Target = { url: new URL(receiver.url), secrets: [secretBytes] };
  const options = { webhook: target, webhookPace: pace };
  const { app, as, clock, store } = await openLiveCollector(options);
  await untilKnown({ store, target });
  const told = async () => {
    const { body } = await app.inject({ url: '/metrics', headers: as.reader });
    return body.split('\n').filter((line) => /^muster_webhook_/.test(line));
  };
  const shown = (taken: number, failed: number, [failures, pending]: [number, number]) => [
    `muster_webhook_deliveries_total{outcome="taken"} ${taken}`,
    `muster_webhook_deliveries_total{outcome="failed"} ${failed}`,
    'muster_webhook_deliveries_total{outcome="gone"} 0',
    'muster_webhook_deliveries_total{outcome="given_up"} 0',
    `muster_webhook_failures ${failures}`,
    `muster_webhook_pending ${pending}`,
  ];
  expect(await told()).toEqual(shown(0, 0, [0, 0]));

  receiver.react = status(500);
  await announceAs(store, {}, {});
  // It is counted after it is kept.
  while ((await told())[1] !== shown(0, 1, [1, 2])[1]) await new Promise(setImmediate);
  expect(await told()).toEqual(shown(0, 1, [1, 2]));

  receiver.react = status(204);
  clock.now = new Date(clock.now.getTime() + 5_000);
  while ((await told())[0] !== shown(2, 1, [0, 0])[0]) await new Promise(setImmediate);
  expect(await told()).toEqual(shown(2, 1, [0, 0]));
});

test('without a webhook nothing is told of one, but of what was announced', async () => {
  const { app, as } = await openTestApp();
  const { body } = await app.inject({ url: '/metrics', headers: as.reader });
  expect(body).not.toMatch(/^muster_webhook_(failures|pending)/m);
  expect(body.split('\n').filter((line) => /^muster_events_total/.test(line))).toEqual(
    [
      ...['verdict.opened', 'verdict.closed', 'verdict.undecided', 'node.overdue'],
      ...['node.reporting', 'drift', 'recommendation.changed'],
    ].map((type) => `muster_events_total{type="${type}"} 0`),
  );
});
