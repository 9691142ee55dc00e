import type { ASTNode } from '@marcbachmann/cel-js';
import { hint, innerOf } from './closed.ts';
import { type ObjectType, spelled } from './fact-types.ts';
import { ExpressionProblem } from './problem.ts';

/** What the library found wrong, with the nearest field where one is not known. */
export function explained(
  error: unknown,
  types: ReadonlyMap<string, ObjectType>,
): ExpressionProblem {
  if (!(error instanceof Error)) return new ExpressionProblem(String(error), 0);
  const { summary = error.message, range, node, code }: LibraryError = error;
  const offset = range?.start ?? 0;
  const fields = code === 'no_such_key' && node?.op === '.' ? fieldsOf(node.args[0], types) : null;
  if (fields === null || node?.op !== '.') return new ExpressionProblem(summary, offset);
  const [, key] = node.args;
  return new ExpressionProblem(`no fact "${key}" there; ${hint(key, fields)}`, offset);
}

/** The part of the library's errors that is used; none of it is in every one. */
type LibraryError = Error & {
  summary?: string;
  code?: string;
  range?: { start: number };
  node?: ASTNode;
};

/** A node that was checked bears its type, though the library's declarations do not say so. */
type Checked = ASTNode & { checkedType?: { name: string } };

function fieldsOf(node: Checked, types: ReadonlyMap<string, ObjectType>): string[] | null {
  const type = types.get(node.checkedType?.name ?? '');
  return type === undefined ? null : [...type.fields.keys()];
}

/** What the library lets pass: texts and lists that grow, and `has` of what there cannot be. */
export function holdTyped(node: Checked, types: ReadonlyMap<string, ObjectType>): void {
  if (node.op === '+' && !['int', 'double'].includes(node.checkedType?.name ?? '')) {
    throw new ExpressionProblem('only numbers can be added', node.pos);
  }
  if (node.op === 'call' && node.args[0] === 'has') {
    const [asked] = node.args[1];
    if (asked !== undefined) holdField(asked, types);
    return;
  }
  for (const inner of innerOf(node)) holdTyped(inner, types);
}

/** The type of what `has` asks for, step by step; the library does not look. */
function holdField(node: Checked, types: ReadonlyMap<string, ObjectType>): string {
  if (node.op !== '.') return node.checkedType?.name ?? '';
  const [left, key] = node.args;
  const type = types.get(holdField(left, types));
  if (type === undefined) return '';
  const field = type.fields.get(key);
  if (field !== undefined) return spelled(field.type);
  const known = [...type.fields.keys()];
  throw new ExpressionProblem(`no fact "${key}" there; ${hint(key, known)}`, node.pos);
}
