import { z } from 'zod';
import { type Section, sectionSchemas } from '../report.ts';

/** What rules know of a fact: its kind, as the schema of its section has it. */
export type FactType = SingleType | { kind: 'list' | 'map'; of: Fact } | ObjectType;

/** `dyn`: of no one kind. */
export interface SingleType {
  kind: 'bool' | 'int' | 'double' | 'string' | 'dyn';
}

export interface ObjectType {
  kind: 'object';
  /** where it stands, such as `network.interfaces[]`; no two have the same */
  name: string;
  fields: Map<string, Fact>;
}

/** A fact by its type; one that is a `Reading` may have failed on its own. */
export interface Fact {
  type: FactType;
  reading: boolean;
}

/** The part of JSON Schema that the schemas of facts are made of. */
interface Shape {
  type?: string;
  const?: unknown;
  properties?: Record<string, Shape>;
  additionalProperties?: Shape | boolean;
  items?: Shape;
  anyOf?: Shape[];
  oneOf?: Shape[];
}

/** The facts of every section, by name. */
export function factTypes(): Map<Section, Fact> {
  const types = new Map<Section, Fact>();
  for (const [section, schema] of Object.entries(sectionSchemas)) {
    const shape = z.toJSONSchema(schema) as Shape;
    types.set(section as Section, factOf(shape, section));
  }
  return types;
}

/** How the expression language spells a type. */
export function spelled(type: FactType): string {
  if (type.kind === 'object') return type.name;
  if (type.kind === 'list') return `list<${spelled(type.of.type)}>`;
  return type.kind === 'map' ? `map<string, ${spelled(type.of.type)}>` : type.kind;
}

/** Every object among the facts, inner ones first. */
export function objectTypes(facts: Iterable<Fact>): ObjectType[] {
  return [...facts].flatMap(({ type }) => objectsIn(type));
}

function objectsIn(type: FactType): ObjectType[] {
  if (type.kind === 'object') return [...objectTypes(type.fields.values()), type];
  return 'of' in type ? objectsIn(type.of.type) : [];
}

function factOf(shape: Shape, name: string): Fact {
  const variants = variantsOf(shape);
  const value = readValue(variants);
  if (value !== null) return { type: factOf(value, name).type, reading: true };
  const [first, ...others] = variants;
  if (first === undefined) return { type: { kind: 'dyn' }, reading: false };
  if (others.length === 0) return { type: typeOf(first, name), reading: false };
  const merged = variants.every(({ properties }) => properties) ? mergedOf(variants) : null;
  return { type: merged === null ? { kind: 'dyn' } : typeOf(merged, name), reading: false };
}

/** What a fact may be, besides null; the alternatives of alternatives in one list. */
function variantsOf(shape: Shape): Shape[] {
  const alternatives = shape.anyOf ?? shape.oneOf;
  if (alternatives === undefined) return shape.type === 'null' ? [] : [shape];
  return alternatives.flatMap(variantsOf);
}

/** The shape of a reading's value, when these are the two outcomes of a reading. */
function readValue(variants: readonly Shape[]): Shape | null {
  const ok = variants.find(({ properties }) => properties?.status?.const === 'ok');
  const failed = variants.some(({ properties }) => properties?.status?.const === 'failed');
  return failed ? (ok?.properties?.value ?? null) : null;
}

/** One object with the fields of all variants; which there are depends on the variant met. */
function mergedOf(variants: readonly Shape[]): Shape {
  const properties: Record<string, Shape> = {};
  for (const variant of variants) Object.assign(properties, variant.properties);
  return { type: 'object', properties };
}

function typeOf(shape: Shape, name: string): FactType {
  const { type, properties, additionalProperties, items } = shape;
  if (properties !== undefined) {
    const fields = Object.entries(properties).map(
      ([key, field]) => [key, factOf(field, `${name}.${key}`)] as const,
    );
    return { kind: 'object', name, fields: new Map(fields) };
  }
  if (items !== undefined) return { kind: 'list', of: factOf(items, `${name}[]`) };
  if (typeof additionalProperties === 'object') {
    return { kind: 'map', of: factOf(additionalProperties, `${name}{}`) };
  }
  return { kind: kinds[type ?? ''] ?? 'dyn' };
}

const kinds: Readonly<Record<string, SingleType['kind']>> = {
  integer: 'int',
  number: 'double',
  boolean: 'bool',
  string: 'string',
};
