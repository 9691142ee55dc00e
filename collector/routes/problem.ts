import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { StoreUnavailable } from '../store/store.ts';
import { spread } from './spread.ts';

/** Every way a request can be refused: its stable code, its status, its title. */
const problems = {
  invalid_report: { status: 400, title: 'The report is not valid' },
  invalid_policy: { status: 400, title: 'The policy is not valid' },
  invalid_waiver: { status: 400, title: 'The waiver is not valid' },
  invalid_request: { status: 400, title: 'The request is not valid' },
  unauthorized: { status: 401, title: 'A valid token is needed' },
  unknown_node: { status: 401, title: 'The key is of no node that is enrolled' },
  bad_signature: { status: 401, title: 'The signature does not fit' },
  unknown_token: { status: 401, title: 'There is no such enrolment token' },
  expired_token: { status: 401, title: 'The enrolment token has expired' },
  used_token: { status: 401, title: 'The enrolment token was used before' },
  forbidden: { status: 403, title: 'The credential does not allow this' },
  not_approved: { status: 403, title: 'The node waits for approval' },
  wrong_node: { status: 403, title: 'The credential is of another node' },
  not_found: { status: 404, title: 'There is no such thing' },
  replayed: { status: 409, title: 'The sequence was used before' },
  node_exists: { status: 409, title: 'Another machine has that name' },
  key_exists: { status: 409, title: 'The key was used before' },
  cloned_machine: { status: 409, title: 'Another node has that machine id' },
  too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body is in a form that is not understood' },
  clock_skew: { status: 422, title: 'The clocks differ too much' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'The collector failed' },
  judging: { status: 503, title: 'The cluster is still being judged' },
  unavailable: { status: 503, title: 'The store cannot be used now' },
} as const;

export type ProblemCode = keyof typeof problems;

export const problemCodes = Object.keys(problems) as [ProblemCode, ...ProblemCode[]];

/** The one shape of every error answer: RFC 9457, with a code for programs. */
export const problemSchema = z
  .object({
    type: z.string().describe('the code as a URN'),
    title: z.string(),
    status: z.int(),
    code: z.enum(problemCodes).describe('stable, for programs'),
    detail: z.string().describe('what was wrong with this request, for a person'),
    path: z.string().optional().describe('the field that was wrong, such as sections.cpu.facts'),
    serverTime: z.string().optional().describe('with clock_skew: the time of the collector'),
    lastSequence: z.int().optional().describe('with replayed: go on above it'),
  })
  .describe('Problem details (RFC 9457)');

export type ProblemBody = z.infer<typeof problemSchema>;

type ProblemExtra = Pick<ProblemBody, 'path' | 'serverTime' | 'lastSequence'> & {
  retryAfterSeconds?: number;
  /** the sender was told the same just before: counted, and no more said of it */
  again?: boolean;
  /** whom it is about, when what was sent makes that sure */
  of?: { cluster: string | null; node: string };
};

/** Thrown by a handler to refuse the request. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly extra: ProblemExtra;

  constructor(code: ProblemCode, detail: string, extra: ProblemExtra = {}) {
    super(detail);
    this.name = 'Problem';
    this.code = code;
    this.extra = extra;
  }

  get status(): number {
    return problems[this.code].status;
  }
}

/** The answer's body. */
export function problemBody(problem: Problem): ProblemBody {
  const { status, title } = problems[problem.code];
  const { path, serverTime, lastSequence } = problem.extra;
  return {
    type: `urn:muster:problem:${problem.code}`,
    title,
    status,
    code: problem.code,
    detail: problem.message,
    ...(path === undefined ? {} : { path }),
    ...(serverTime === undefined ? {} : { serverTime }),
    ...(lastSequence === undefined ? {} : { lastSequence }),
  };
}

/** Everybody is refused while the store is away; they are not to be back in the same second. */
const RETRY_UNAVAILABLE = { leastSeconds: 15, mostSeconds: 60 };
const DETAIL_LIMIT = 500;

/** The problem that an error of a route amounts to; `invalid` is what a wrong body is called. */
export function problemOf(error: unknown, invalid: ProblemCode): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof StoreUnavailable) {
    const extra = { retryAfterSeconds: spread(RETRY_UNAVAILABLE) };
    return new Problem('unavailable', 'the store cannot be used now; the log says why', extra);
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const code = error.validationContext === 'body' ? invalid : 'invalid_request';
    const issues = error.validation.map(({ instancePath, message }) => ({
      path: instancePath.split('/').filter(Boolean),
      message: message ?? 'not valid',
    }));
    return problemOfIssues(code, issues);
  }
  return problemOfFastify(error) ?? new Problem('internal', 'the log of the collector says why');
}

/** What a schema found wrong: the first thing, and how many more there are. */
export function problemOfIssues(
  code: ProblemCode,
  issues: readonly { path: readonly PropertyKey[]; message: string }[],
): Problem {
  const [first, ...more] = issues;
  const rest = more.length === 0 ? '' : ` (and ${more.length} more)`;
  const path = (first?.path ?? []).map(String).join('.');
  const words = `${path || 'the whole'}: ${first?.message ?? 'not valid'}`.slice(0, DETAIL_LIMIT);
  return new Problem(code, `${words}${rest}`, { path });
}

function problemOfFastify(error: unknown): Problem | null {
  if (!(error instanceof Error) || !('statusCode' in error)) return null;
  switch (error.statusCode) {
    case 413:
      return new Problem('too_large', 'the body is larger than the collector accepts');
    case 415:
      return new Problem('unsupported_media_type', 'expected application/json, gzip or plain');
    case 404:
      return new Problem('not_found', 'there is nothing at this address');
    default:
      return typeof error.statusCode === 'number' && error.statusCode < 500
        ? new Problem('invalid_request', error.message)
        : null;
  }
}
