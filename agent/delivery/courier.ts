import { type Identity, type IdentityPlace, nextKey, writeIdentity } from '../identity/identity.ts';
import type { SigningKey } from '../identity/key.ts';
import { type Answer, refusalOf } from './answer.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import { signedHeaders } from './signature.ts';

/** What is to be sent under the node's signature. */
export interface Parcel {
  path: string;
  headers: Record<string, string>;
  body: Buffer;
  sequence: number;
}

/** Sends as the enrolled node over one connection. */
export interface Courier {
  readonly identity: Identity;
  /** signs anew at each call; rejects with `NoAnswer` */
  post(parcel: Parcel): Promise<Answer>;
}

/** What a courier works with. */
export interface Equipment {
  identity: Identity;
  place: IdentityPlace;
  key: SigningKey;
  connection: Connection;
  bootId: string;
  clock: Clock;
  /** talk, to stderr */
  warn(text: string): void;
}

/**
 * The courier of an enrolled node. Told that the clocks differ it signs with the collector's time,
 * once, and says so. Told that the key is unknown it tries the key that was to follow: the answer
 * to a rotation may have been lost.
 */
export function courierOf(equipment: Equipment): Courier {
  const { place, clock, warn } = equipment;
  let { identity, key } = equipment;
  let offsetMs: number | null = null;

  const send = (parcel: Parcel, by: SigningKey) =>
    signAndSend(parcel, { equipment, identity, key: by, offsetMs: offsetMs ?? 0 });

  const withTime = async (parcel: Parcel, by: SigningKey): Promise<Answer> => {
    const answer = await send(parcel, by);
    const { code, serverTime } = refusalFrom(answer);
    if (code !== 'clock_skew' || serverTime === undefined || offsetMs !== null) return answer;
    offsetMs = new Date(serverTime).getTime() - clock.now().getTime();
    warn(`${skewSentence(offsetMs)}\n`);
    return send(parcel, by);
  };

  return {
    get identity() {
      return identity;
    },
    async post(parcel) {
      const answer = await withTime(parcel, key);
      if (refusalFrom(answer).code !== 'unknown_node') return answer;
      const next = await nextKey(place, [identity.key]);
      if (next === null) return answer;
      const second = await withTime(parcel, next);
      if (DISOWNED.includes(refusalFrom(second).code)) return answer;
      key = next;
      identity = { ...identity, key: next.id };
      await writeIdentity(place, identity);
      return second;
    },
  };
}

/** A collector that knows the key answers in another way than these. */
const DISOWNED = ['unknown_node', 'bad_signature'];

function refusalFrom(answer: Answer): ReturnType<typeof refusalOf> {
  return answer.status < 400 ? { code: '', detail: '' } : refusalOf(answer);
}

interface Sending {
  equipment: Equipment;
  identity: Identity;
  key: SigningKey;
  offsetMs: number;
}

function signAndSend(
  { path, headers, body, sequence }: Parcel,
  { equipment, identity, key, offsetMs }: Sending,
): Promise<Answer> {
  const { connection, bootId, clock } = equipment;
  const time = new Date(clock.now().getTime() + offsetMs).toISOString();
  const { cluster, node } = identity;
  const signed = { method: 'POST', path, cluster, node, bootId, sequence, time, body };
  return connection.send({ path, headers: { ...headers, ...signedHeaders(key, signed) }, body });
}

function skewSentence(offsetMs: number): string {
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  const way = offsetMs > 0 ? 'behind' : 'ahead of';
  const done = "signed with the collector's time; the times in the reports stay as they are";
  return `the clock of this node is ${seconds} s ${way} the collector's: ${done}`;
}
