import { Environment, EvaluationError, serialize } from '@marcbachmann/cel-js';
import { MissingEvidence } from '../evidence.ts';
import type { Section } from '../report.ts';
import { parseBytes, parseDuration } from '../units.ts';
import { holdClosed, OWN_NAMES } from './closed.ts';
import { type Fact, factTypes, type ObjectType, objectTypes, spelled } from './fact-types.ts';
import { makeShowcase, type Showcase } from './fact-values.ts';
import { type Meter, newMeter, OutOfSteps, STEPS_MAX } from './meter.ts';
import { ExpressionProblem } from './problem.ts';
import { explained, holdTyped } from './typed.ts';
import { WRITTEN_LIST_MAX, weightOf } from './weight.ts';

/** Far more than a rule needs, far less than what would take long to parse. */
const limits = {
  maxAstNodes: 500,
  maxDepth: 50,
  maxListElements: WRITTEN_LIST_MAX,
  maxMapEntries: 1,
  maxCallArguments: 4,
};

/** A condition over the facts of one node, read and found to be sound. */
export interface Expression {
  /** the sections it reads */
  sections: Section[];
  /** `MissingEvidence` when a fact that decides is not there */
  ask(facts: object, node: string): Answer;
}

/** Whether a condition holds, and the single facts that were read for it. */
export interface Answer {
  holds: boolean;
  seen: ReadonlyMap<string, unknown>;
}

/** Reads expressions; to make one takes long beside reading one. */
export interface Language {
  /** throws `ExpressionProblem` */
  read(text: string): Expression;
}

/** The language of rules: the facts of every section, and the node's name as `node`. */
export function makeLanguage(): Language {
  const types = factTypes();
  const objects = objectTypes(types.values());
  const showcase = makeShowcase(objects);
  const environment = makeEnvironment(types, objects, showcase);
  const byName = new Map(objects.map((type) => [type.name, type]));
  const names = [...types.keys(), 'node'];
  return {
    read(text) {
      const parsed = parse(environment, text);
      const read = holdClosed(parsed.ast, names);
      const { valid, type, error } = parsed.check();
      if (!valid) throw explained(error, byName);
      if (type !== 'bool') {
        throw new ExpressionProblem(`expected a condition, true or false; this is ${type}`, 0);
      }
      holdTyped(parsed.ast, byName);
      const weight = weightOf(parsed.ast);
      if (weight > STEPS_MAX) throw new ExpressionProblem('too long loops within each other', 0);
      return {
        sections: [...types.keys()].filter((section) => read.has(section)),
        ask(facts, node) {
          const meter = newMeter(weight);
          const context = contextOf(facts, { types, showcase, node, meter });
          return { holds: evaluate(() => parsed(context), meter), seen: meter.seen };
        },
      };
    },
  };
}

type Types = ReadonlyMap<Section, Fact>;

function makeEnvironment(
  types: Types,
  objects: readonly ObjectType[],
  showcase: Showcase,
): Environment {
  const environment = new Environment({ limits });
  for (const object of objects) {
    const fields = [...object.fields].map(([key, { type }]) => [key, spelled(type)] as const);
    const ctor = showcase.classOf(object);
    environment.registerType(object.name, { ctor, fields: Object.fromEntries(fields) });
  }
  for (const [section, { type }] of types) environment.registerVariable(section, spelled(type));
  environment.registerVariable('node', 'string');
  // the texts have been looked at by then: what is read here is a size and a duration
  environment.registerFunction(`${OWN_NAMES.bytes}(string): int`, (text: string) =>
    BigInt(parseBytes(text) ?? Number.NaN),
  );
  environment.registerFunction(`${OWN_NAMES.duration}(string): int`, (text: string) =>
    BigInt(Math.round(parseDuration(text) ?? Number.NaN)),
  );
  return withMixedNumbers(environment);
}

/** Whole numbers and fractions together, which the language leaves out: `totalBytes * 0.9`. */
function withMixedNumbers(environment: Environment): Environment {
  const operations: Record<string, (left: number, right: number) => number> = {
    '+': (left, right) => left + right,
    '-': (left, right) => left - right,
    '*': (left, right) => left * right,
    '/': (left, right) => left / right,
  };
  for (const [sign, operation] of Object.entries(operations)) {
    const handler = (left: unknown, right: unknown) => operation(Number(left), Number(right));
    environment.registerOperator(`int ${sign} double: double`, handler);
    environment.registerOperator(`double ${sign} int: double`, handler);
  }
  const equal = (left: unknown, right: unknown) => Number(left) === Number(right);
  return environment.registerOperator('int == double: bool', equal);
}

function parse(environment: Environment, text: string): ReturnType<Environment['parse']> {
  try {
    return environment.parse(text);
  } catch (error) {
    throw explained(error, new Map());
  }
}

interface Shown {
  types: Types;
  showcase: Showcase;
  node: string;
  meter: Meter;
}

/** The names of an expression; a section is looked at when it is read, and may be missing. */
function contextOf(facts: object, { types, showcase, node, meter }: Shown): object {
  const context = { node };
  for (const [section, fact] of types) {
    const get = () => {
      const raw: unknown = Reflect.get(facts, section);
      return showcase.show(fact, { raw, path: section, meter });
    };
    Object.defineProperty(context, section, { get });
  }
  return context;
}

function evaluate(ask: () => unknown, meter: Meter): boolean {
  const answer = attempt(ask);
  // a loop may have gone on after one of its elements ran out of steps: its answer is none
  if (meter.exhausted()) throw missing(new OutOfSteps().message);
  if ('error' in answer) throw reasonOf(answer.error);
  if (typeof answer.value !== 'boolean') throw missing('the condition gave no true or false');
  return answer.value;
}

function attempt(ask: () => unknown): { value: unknown } | { error: unknown } {
  try {
    return { value: ask() };
  } catch (error) {
    return { error };
  }
}

/** Whatever went wrong while facts were read: the rule is unknown, and this is why. */
function reasonOf(error: unknown): MissingEvidence {
  if (error instanceof MissingEvidence) return error;
  if (!(error instanceof EvaluationError)) {
    return missing(error instanceof Error ? error.message : String(error));
  }
  const { summary, code, node } = error;
  if (code !== 'no_such_key' || node === undefined) return missing(summary);
  return missing(`the report does not tell ${serialize(node)}`);
}

function missing(message: string): MissingEvidence {
  return new MissingEvidence({ kind: 'other', message, source: null });
}
