import type { ASTNode } from '@marcbachmann/cel-js';
import { innerOf, loops } from './closed.ts';

/** Elements of a list that is written out in an expression. */
export const WRITTEN_LIST_MAX = 32;

/**
 * How many parts of an expression are evaluated at most for each element of a fact that is read:
 * all of them once, and as often as a list has elements what is asked of a list written out.
 */
export function weightOf(node: ASTNode): number {
  if (node.op !== 'rcall' || !loops.has(node.args[0])) {
    return 1 + sum(innerOf(node).map(weightOf));
  }
  const [, receiver, [, ...conditions]] = node.args;
  const times = isOfFacts(receiver) ? 1 : WRITTEN_LIST_MAX;
  return 1 + weightOf(receiver) + times * sum(conditions.map(weightOf));
}

/** Each element of such a list has been counted by the time that it is looked at. */
function isOfFacts(node: ASTNode): boolean {
  if (node.op === 'rcall') return isOfFacts(node.args[1]);
  return node.op === 'id' || node.op === '.' || node.op === '[]';
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
