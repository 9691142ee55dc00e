import { z } from 'zod';
import { type Facts, reportSchema, type Section, sectionSchemas } from './report.ts';

declare module 'zod' {
  interface GlobalMeta {
    /** true: changes although nobody changed anything, so it is kept apart from what is stable */
    volatile?: boolean;
    /** of a number: up to this share of the greater one, two values count as the same */
    tolerance?: number;
  }
}

/** Where in a schema the volatile facts and the tolerances are; null for one without any. */
export interface Marks {
  volatile: boolean;
  tolerance: number | null;
  /** what a volatile value must fit: all of these; one for each branch of a union that has it */
  schemas: readonly z.core.$ZodType[];
  fields: ReadonlyMap<string, Marks>;
  /** of each element of an array, or each value of a record */
  each: Marks | null;
  /** true of the object that holds the sections of a report */
  ofSections: boolean;
}

const NOTHING: Marks = {
  volatile: false,
  tolerance: null,
  schemas: [],
  fields: new Map(),
  each: null,
  ofSections: false,
};

/** The facts without those that change although nobody changed anything. */
export function stableFacts<S extends Section>(section: S, facts: Facts[S]): unknown {
  return withoutVolatile(facts, sectionMarks(section));
}

/** A number that need not be the same, and up to which share of the greater one it counts so. */
export type NearNumber = readonly [value: number, tolerance: number];

/** The stable facts in two: what must be the same, and the numbers that need only be near. */
export function factsApart<S extends Section>(
  section: S,
  facts: Facts[S],
): { exact: unknown; near: NearNumber[] } {
  const near: NearNumber[] = [];
  return { exact: withoutVolatile(facts, sectionMarks(section), near), near };
}

/** Whether two numbers count as the same. */
export function isNear(one: number, other: number, tolerance: number): boolean {
  return Math.abs(one - other) <= tolerance * Math.max(Math.abs(one), Math.abs(other));
}

/** Whether two readings of a section say the same, but for volatile facts and tolerances. */
export function sameFacts<S extends Section>(section: S, one: Facts[S], other: Facts[S]): boolean {
  return same(one, other, sectionMarks(section));
}

const marksOfSections = new Map<Section, Marks | null>();
let marksOfReport: Marks | null = null;

function sectionMarks(section: Section): Marks | null {
  const known = marksOfSections.get(section);
  if (known !== undefined) return known;
  const marks = marksOf(sectionSchemas[section]);
  marksOfSections.set(section, marks);
  return marks;
}

/** The marks of a whole report. */
export function reportMarks(): Marks {
  if (marksOfReport !== null) return marksOfReport;
  const marks = marksOf(reportSchema) ?? NOTHING;
  const ofSections = { ...NOTHING, ...marks.fields.get('sections'), ofSections: true };
  marksOfReport = { ...marks, fields: new Map([...marks.fields, ['sections', ofSections]]) };
  return marksOfReport;
}

function marksOf(schema: z.core.$ZodType): Marks | null {
  const { volatile = false, tolerance = null } = z.globalRegistry.get(schema) ?? {};
  const inner = innerMarks(schema);
  if (!volatile && tolerance === null) return inner;
  return { ...NOTHING, ...inner, volatile, tolerance, schemas: volatile ? [schema] : [] };
}

function innerMarks(schema: z.core.$ZodType): Marks | null {
  if (schema instanceof z.ZodObject) return marksOfFields(Object.entries(schema.shape));
  if (schema instanceof z.ZodArray) return marksOfEach(schema.element);
  if (schema instanceof z.ZodRecord) return marksOfEach(schema.valueType);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    const marks = marksOf(schema.unwrap());
    return marks?.volatile ? { ...marks, schemas: [schema] } : marks;
  }
  if (schema instanceof z.ZodUnion) return schema.options.map(marksOf).reduce(merged, null);
  return null;
}

function marksOfFields(shape: readonly [string, z.core.$ZodType][]): Marks | null {
  const fields = new Map<string, Marks>();
  for (const [name, field] of shape) {
    const marks = marksOf(field);
    if (marks !== null) fields.set(name, marks);
  }
  return fields.size === 0 ? null : { ...NOTHING, fields };
}

function marksOfEach(element: z.core.$ZodType): Marks | null {
  const each = marksOf(element);
  return each && { ...NOTHING, each };
}

/** Each branch of a union marks its fields; a field of two is marked by either. */
function merged(one: Marks | null, other: Marks | null): Marks | null {
  if (one === null || other === null) return one ?? other;
  const fields = new Map(one.fields);
  for (const [name, marks] of other.fields) {
    fields.set(name, merged(fields.get(name) ?? null, marks) ?? marks);
  }
  return {
    ...NOTHING,
    volatile: one.volatile || other.volatile,
    tolerance: one.tolerance ?? other.tolerance,
    schemas: [...one.schemas, ...other.schemas],
    fields,
    each: merged(one.each, other.each),
  };
}

/** With a list for them, the numbers that need only be near go there. */
function withoutVolatile(value: unknown, marks: Marks | null, near?: NearNumber[]): unknown {
  if (marks === null) return value;
  if (near !== undefined && typeof value === 'number' && marks.tolerance !== null) {
    near.push([value, marks.tolerance]);
    return null;
  }
  if (Array.isArray(value)) return value.map((inner) => withoutVolatile(inner, marks.each, near));
  if (!isRecord(value)) return value;
  const kept: [string, unknown][] = [];
  for (const [name, inner] of Object.entries(value)) {
    const of = marks.fields.get(name) ?? marks.each;
    if (of === null || !of.volatile) kept.push([name, withoutVolatile(inner, of, near)]);
  }
  return Object.fromEntries(kept);
}

function same(one: unknown, other: unknown, marks: Marks | null): boolean {
  if (marks?.volatile) return true;
  if (typeof one === 'number' && typeof other === 'number') {
    return isNear(one, other, marks?.tolerance ?? 0);
  }
  if (!isObject(one) || !isObject(other)) return one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  const inner = (name: string) => marks?.fields.get(name) ?? marks?.each ?? null;
  return [...names].every((name) => same(one[name], other[name], inner(name)));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !Array.isArray(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
