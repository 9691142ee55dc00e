import type { Verdict } from '../check.ts';
import type { GateState } from '../gate.ts';

/** SGR parameters of ECMA-48; every word they colour says the same without them. */
const COLORS: Record<Verdict | GateState, string> = {
  fail: '1;31',
  unknown: '1;35',
  warn: '33',
  skip: '2',
  pass: '32',
  closed: '1;31',
  undecided: '1;35',
  open: '1;32',
};

/** The word for a verdict or a gate's state, in capitals, padded, and coloured when wanted. */
export function stateWord(state: Verdict | GateState, width: number, color: boolean): string {
  return painted(state, state.toUpperCase().padEnd(width), color);
}

/** `FAIL WAIVED`: the verdict that stands, and beside it that it decides nothing. */
export function waivedWord(verdict: Verdict, width: number, color: boolean): string {
  return painted('skip', `${verdict.toUpperCase()} WAIVED`.padEnd(width), color);
}

function painted(state: Verdict | GateState, word: string, color: boolean): string {
  return color ? `\u001b[${COLORS[state]}m${word}\u001b[0m` : word;
}
