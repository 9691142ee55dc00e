import { createHash, createHmac } from 'node:crypto';
import type { StoredEvent } from '../store/event.ts';
import { clusterHref, nodeHref } from '../web/layout.ts';
import type { Secrets } from './secret.ts';

/** A delivery as it goes out, signed as standardwebhooks.com describes it (1.0.0). */
export interface Message {
  headers: Record<string, string>;
  body: string;
}

/** The message of an event, signed at `now`; its id and body are the same at each attempt. */
export function messageOf(event: StoredEvent, secrets: Secrets, now: Date): Message {
  const id = messageId(event);
  const body = bodyOf(event);
  const timestamp = String(Math.floor(now.getTime() / 1000));
  return {
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': secrets
        .map((secret) => `v1,${signature(secret, `${id}.${timestamp}.${body}`)}`)
        .join(' '),
    },
    body,
  };
}

/**
 * What a receiver knows a repetition by: the number alone is given again by every other store, and
 * by this one when it was restored from a backup. The signed text is parted by dots: it has none.
 */
export function messageId(event: StoredEvent): string {
  const { id, at, cluster, type, subject, was, now } = event;
  const parts = JSON.stringify([id, at.toISOString(), cluster, type, subject, was, now]);
  return `muster-${id}-${createHash('sha256').update(parts).digest('hex').slice(0, DIGITS)}`;
}

/** The page of what changed, below the address of the collector. */
export function pageOf({ cluster, type, subject }: Where): string {
  switch (type) {
    case 'verdict.opened':
    case 'verdict.closed':
    case 'verdict.undecided':
      return `${clusterHref(cluster)}/gate?gate=${encodeURIComponent(subject)}`;
    case 'node.overdue':
    case 'node.reporting':
    case 'drift':
      return nodeHref(cluster, subject);
    case 'recommendation.changed':
      return clusterHref(cluster);
  }
}

type Where = Pick<StoredEvent, 'cluster' | 'type' | 'subject'>;

/** 64 bits: nobody attacks it, and two of the same number have to differ. */
const DIGITS = 16;
/** The standard asks for bodies of less than 20 kB; what is longer stands on the page. */
const TEXT_MAX = 500;

function bodyOf(event: StoredEvent): string {
  const { id, at, cluster, type, subject, was, now, detail } = event;
  const texts = { was: shortened(was), now: shortened(now), detail: detail.map(shortened) };
  const data = { cluster, subject, ...texts, id, page: pageOf(event) };
  return JSON.stringify({ type, timestamp: at.toISOString(), data });
}

function shortened(text: string): string {
  const letters = [...text];
  return letters.length <= TEXT_MAX ? text : `${letters.slice(0, TEXT_MAX - 1).join('')}…`;
}

function signature(secret: Buffer, text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64');
}
