import { z } from 'zod';

/** What came back over the wire. */
export interface Answer {
  status: number;
  text: string;
  retryAfter: string | null;
}

/** The parts of problem details that change what the agent does next. */
const problemSchema = z.object({
  code: z.string(),
  detail: z.string().catch(''),
  serverTime: z.iso.datetime().optional().catch(undefined),
  lastSequence: z.int().nonnegative().optional().catch(undefined),
});

/** A refusal, with its stable code; `''` from something that is not our collector. */
export type Refusal = z.infer<typeof problemSchema>;

/** Why the answer is a refusal. */
export function refusalOf(answer: Answer): Refusal {
  const parsed = problemSchema.safeParse(jsonOf(answer.text));
  return parsed.success ? parsed.data : { code: '', detail: answer.text.slice(0, MAX_DETAIL) };
}

/** The refusal as part of a sentence; what the collector sent cannot command a terminal. */
export function describeAnswer(answer: Answer): string {
  const { code, detail } = refusalOf(answer);
  const words = [String(answer.status), code].filter((word) => word !== '').join(' ');
  const told = printable(detail.slice(0, MAX_DETAIL));
  return `the collector answered ${words}${told === '' ? '' : `: ${told}`}`;
}

/** How long the collector asks to be left alone, milliseconds; null when it does not say. */
export function retryAfterMs(answer: Answer, now: Date): number | null {
  const text = answer.retryAfter?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}

const MAX_DETAIL = 300;

function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, ' ').trim();
}

/** The value of a JSON text; null when it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
