import { CommandError, type ExitName } from '../../shared/exit.ts';
import {
  type EnrolmentAnswer,
  type EnrolmentRequest,
  enrolmentAnswerSchema,
  enrolmentText,
  type RotationRequest,
  rotationText,
} from '../../shared/signing.ts';
import { type Answer, describeAnswer, jsonOf, refusalOf } from '../delivery/answer.ts';
import { type Connection, NoAnswer } from '../delivery/connection.ts';
import type { Courier } from '../delivery/courier.ts';
import { digestOf } from '../spool/entry.ts';
import type { SigningKey } from './key.ts';

/** What an enrolment is asked with. */
export interface Asking {
  token: string;
  node: string;
  machineId: string;
  key: SigningKey;
}

/** Asks the collector to take the node on; a refusal says what to do. */
export async function askEnrolment(
  connection: Connection,
  { token, node, machineId, key }: Asking,
): Promise<EnrolmentAnswer> {
  const { publicKey } = key;
  const proof = key.sign(enrolmentText({ digest: digestOf(token), publicKey, node }));
  const request: EnrolmentRequest = { node, publicKey, proof, machineId };
  const headers = { ...JSON_TYPE, authorization: `Bearer ${token}` };
  const body = Buffer.from(JSON.stringify(request));
  const path = '/api/v1/enroll';
  return answered(await asked(() => connection.send({ path, headers, body })), key);
}

/** Introduces a new key, signed in by the one in use; the new one is in use with the answer. */
export async function askRotation(
  courier: Courier,
  { key, sequence }: { key: SigningKey; sequence: number },
): Promise<EnrolmentAnswer> {
  const { publicKey } = key;
  const proof = key.sign(rotationText({ from: courier.identity.key, to: key.id }));
  const request: RotationRequest = { publicKey, proof };
  const body = Buffer.from(JSON.stringify(request));
  const path = '/api/v1/rotate';
  const parcel = { path, headers: JSON_TYPE, body, sequence };
  return answered(await asked(() => courier.post(parcel)), key);
}

/** The collector refused; the message says what to do, and `code` is that of the refusal. */
export class Refused extends CommandError {
  readonly code: string;

  constructor(answer: Answer) {
    const { code } = refusalOf(answer);
    const [exit, remedy] = REFUSALS[code] ?? unnamed(answer.status);
    super(exit, `${describeAnswer(answer)}\n${remedy}`);
    this.name = 'Refused';
    this.code = code;
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };

const NEW_TOKEN = 'Ask for a new token: muster token create --cluster CLUSTER --node NODE --ttl 1h';

const REFUSALS: Record<string, [ExitName, string]> = {
  unauthorized: ['noPermission', NEW_TOKEN],
  unknown_token: ['noPermission', NEW_TOKEN],
  expired_token: ['noPermission', NEW_TOKEN],
  used_token: ['noPermission', NEW_TOKEN],
  not_approved: ['noPermission', 'Let it be approved first: muster node approve NODE'],
  wrong_node: ['noPermission', 'The token is for another node; --node gives the name to enrol as.'],
  node_exists: [
    'noPermission',
    'Another machine is enrolled under this name. If it is gone: muster node revoke NODE there.',
  ],
  cloned_machine: [
    'noPermission',
    'Another node has the same /etc/machine-id. On the copy: rm /etc/machine-id, then ' +
      'systemd-machine-id-setup, and enrol it anew.',
  ],
  clock_skew: ['tryAgain', 'Set the clock of this node, then try again.'],
  rate_limited: ['tryAgain', 'Try again later; the token stays good.'],
  unknown_node: ['noPermission', 'Enrol this node again: muster-agent enroll --again'],
};

function unnamed(status: number): [ExitName, string] {
  if (status === 401 || status === 403) return ['noPermission', NEW_TOKEN];
  if (status === 404) return ['unavailable', 'Is there a collector at this URL?'];
  if (status === 429 || status >= 500) return ['tryAgain', 'Try again later.'];
  return ['badData', 'The collector did not understand the request; are both of one version?'];
}

async function asked(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    const remedy = 'The same command can be repeated: nothing is lost.';
    throw new CommandError('unavailable', `${error.message}\n${remedy}`, error);
  }
}

function answered(answer: Answer, key: SigningKey): EnrolmentAnswer {
  if (answer.status >= 300) throw new Refused(answer);
  const parsed = enrolmentAnswerSchema.safeParse(jsonOf(answer.text));
  if (parsed.success && parsed.data.key === key.id) return parsed.data;
  const flaw = 'the answer is not that of a collector to this key';
  throw new CommandError('unavailable', `${flaw}; is there a proxy in between?`);
}
