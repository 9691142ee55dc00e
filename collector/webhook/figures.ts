import type { Family } from '../../shared/render/exposition.ts';
import { type EventType, eventTypes } from '../store/event.ts';
import type { Outcome } from './attempt.ts';
import type { WebhookState } from './sender.ts';

/** What this process counts of announcements and of their deliveries. */
export interface EventCounters {
  announced(type: EventType): void;
  sent(outcome: Outcome | 'given_up', events: number): void;
  families(): Family[];
}

/** Counters that begin at zero for everything that can be counted. */
export function eventCounters(): EventCounters {
  const announced = new Map(eventTypes.map((type) => [type, 0]));
  const sent = new Map<Outcome | 'given_up', number>([
    ['taken', 0],
    ['failed', 0],
    ['gone', 0],
    ['given_up', 0],
  ]);
  return {
    announced: (type) => void announced.set(type, (announced.get(type) ?? 0) + 1),
    sent: (outcome, events) => void sent.set(outcome, (sent.get(outcome) ?? 0) + events),
    families: () => [
      {
        name: 'muster_events_total',
        type: 'counter',
        help: 'Changes that this process announced; of several collectors one does.',
        samples: [...announced].map(([type, value]) => ({ labels: { type }, value })),
      },
      {
        name: 'muster_webhook_deliveries_total',
        type: 'counter',
        help: 'Attempts of this process to deliver an event, and events it gave up as too old.',
        samples: [...sent].map(([outcome, value]) => ({ labels: { outcome }, value })),
      },
    ],
  };
}

/** How far the webhook's target was told, by the store: the same at each collector. */
export function webhookFamilies(state: WebhookState | null): Family[] {
  const { failures, pending } = state ?? { failures: 0, pending: 0 };
  return [
    {
      name: 'muster_webhook_failures',
      type: 'gauge',
      help: 'Attempts in a row that failed, up to now.',
      samples: [{ labels: {}, value: failures }],
    },
    {
      name: 'muster_webhook_pending',
      type: 'gauge',
      help: 'Events that wait to be delivered.',
      samples: [{ labels: {}, value: pending }],
    },
  ];
}
