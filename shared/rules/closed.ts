import type { ASTNode } from '@marcbachmann/cel-js';
import { nearest } from '../nearest.ts';
import { parseBytes, parseDuration } from '../units.ts';
import { ExpressionProblem } from './problem.ts';

/** Calls within calls over lists: bridges, their ports, and what each port is. */
export const LOOPS_WITHIN_MAX = 3;
/** Loops of one expression, within each other or not. */
const LOOPS_MAX = 8;

/** What takes a name and a condition, and asks it of each element of a list. */
export const loops = new Set(['all', 'exists', 'exists_one', 'filter']);

/**
 * All that can be called, and only these: none reads anything but its arguments, makes a longer
 * text or list of them, or takes a pattern (`matches` of the library may take for ever).
 */
const methods = ['size', 'startsWith', 'endsWith', 'contains', 'lowerAscii', ...loops];
const functions = ['size', 'has', 'int', 'double', 'bytes', 'duration'];

/** Functions of ours whose names the library gives to others. */
export const OWN_NAMES: Readonly<Record<string, string>> = {
  bytes: 'bytesOfSize',
  duration: 'msOfDuration',
};

/** How often and how deep an expression loops. */
interface Walk {
  /** names of facts, and of the elements of the loops around */
  names: readonly string[];
  loopsAround: number;
  found: { loops: number; facts: Set<string> };
}

/** Refuses whatever is not of the closed language; tells which of the `names` it reads. */
export function holdClosed(ast: ASTNode, names: readonly string[]): Set<string> {
  const found = { loops: 0, facts: new Set<string>() };
  walk(ast, { names, loopsAround: 0, found });
  return found.facts;
}

function walk(node: ASTNode, around: Walk): void {
  if (node.op === 'value') holdLiteral(node.args, node);
  else if (node.op === 'id') holdName(node.args, node, around);
  else if (node.op === 'call') holdCall(node, around);
  else if (node.op === 'rcall') holdMethod(node, around);
  else if (node.op === 'map' || node.op === '.?' || node.op === '[?]') {
    throw problem('this is not part of the language of rules', node);
  } else {
    if (node.op === 'list') holdFlat(node.args);
    for (const inner of innerOf(node)) walk(inner, around);
  }
}

/** A list of lists would give a name to one, and what is read by that name is not counted. */
function holdFlat(elements: readonly ASTNode[]): void {
  const wrong = elements.find(({ op }) => op === 'list' || op === 'rcall' || op === '?:');
  if (wrong !== undefined) throw problem('a list here holds single values only', wrong);
}

/** The nodes that a node is made of. */
export function innerOf(node: ASTNode): ASTNode[] {
  if (node.op === 'value' || node.op === 'id') return [];
  if (node.op === '.' || node.op === '.?') return [node.args[0]];
  if (node.op === '!_' || node.op === '-_') return [node.args];
  if (node.op === 'call') return node.args[1];
  if (node.op === 'rcall') return [node.args[1], ...node.args[2]];
  return node.op === 'map' ? node.args.flat() : [...node.args];
}

function holdLiteral(value: unknown, node: ASTNode): void {
  if (value === null) {
    throw problem('a fact is never null here; has(fact) tells whether it is there', node);
  }
  if (typeof value === 'object') throw problem('only texts, numbers, true and false', node);
}

function holdName(name: string, node: ASTNode, { names, found }: Walk): void {
  if (!names.includes(name)) throw problem(`no fact "${name}"; ${hint(name, names)}`, node);
  found.facts.add(name);
}

function holdCall(node: Extract<ASTNode, { op: 'call' }>, around: Walk): void {
  const [name, args] = node.args;
  if (!functions.includes(name)) {
    throw problem(`no function "${name}"; ${hint(name, functions)}`, node);
  }
  const own = OWN_NAMES[name];
  if (own !== undefined) {
    holdUnit(name, args, node);
    node.args[0] = own;
  }
  for (const inner of args) walk(inner, around);
}

function holdUnit(name: string, [arg]: readonly ASTNode[], node: ASTNode): void {
  const text = arg?.op === 'value' && typeof arg.args === 'string' ? arg.args : '';
  const [parse, example] =
    name === 'bytes' ? [parseBytes, '"20 GiB"'] : ([parseDuration, '"15m"'] as const);
  if (parse(text) === null) throw problem(`expected ${name}(${example})`, arg ?? node);
}

function holdMethod(node: Extract<ASTNode, { op: 'rcall' }>, around: Walk): void {
  const [name, receiver, args] = node.args;
  if (!methods.includes(name)) {
    const offset = node.input.indexOf(name, receiver.end);
    throw new ExpressionProblem(`no method "${name}"; ${hint(name, methods)}`, offset);
  }
  walk(receiver, around);
  if (!loops.has(name)) {
    for (const inner of args) walk(inner, around);
    return;
  }
  const [element, ...conditions] = args;
  if (element?.op !== 'id') throw problem(`expected ${name}(name, condition)`, node);
  if (around.names.includes(element.args)) {
    throw problem(`"${element.args}" already means something; take another name`, element);
  }
  const loopsAround = around.loopsAround + 1;
  around.found.loops += 1;
  if (loopsAround > LOOPS_WITHIN_MAX || around.found.loops > LOOPS_MAX) {
    const limits = `${LOOPS_WITHIN_MAX} within each other, ${LOOPS_MAX} in all`;
    throw problem(`too many loops over lists; at most ${limits}`, node);
  }
  const inside = { ...around, names: [...around.names, element.args], loopsAround };
  for (const inner of conditions) walk(inner, inside);
}

/** How to go on from a name that is not known. */
export function hint(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === null ? `there are ${known.join(', ')}` : `did you mean "${near}"?`;
}

function problem(message: string, node: ASTNode): ExpressionProblem {
  return new ExpressionProblem(message, node.pos);
}
