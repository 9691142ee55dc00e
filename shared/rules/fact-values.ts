import { MissingEvidence } from '../evidence.ts';
import { failureSchema } from '../reading.ts';
import type { Fact, ObjectType, SingleType } from './fact-types.ts';
import type { Meter } from './meter.ts';

/** A fact as it was reported, where it stands, and who counts the reading of it. */
interface Source {
  raw: unknown;
  path: string;
  meter: Meter;
}

const SOURCE = Symbol('source');

/** Texts are looked through as a whole; no fact that a rule may ask for is nearly as long. */
const TEXT_LENGTH_MAX = 10_000;

/** What the expression language sees of an object; it tells types by their classes. */
export type FactClass = new (source: Source) => object;

/** Shows the facts of a report to an expression: each is looked at when it is read, not before. */
export interface Showcase {
  classOf(type: ObjectType): FactClass;
  /** the value of a fact; undefined for null, and `MissingEvidence` for one that failed */
  show(fact: Fact, source: Source): unknown;
}

/** A showcase with a class for each of the `types`. */
export function makeShowcase(types: readonly ObjectType[]): Showcase {
  const classes = new Map(types.map((type) => [type, makeClass(type, show)]));
  function classOf(type: ObjectType): FactClass {
    const found = classes.get(type);
    if (found === undefined) throw new Error(`no class for ${type.name}`);
    return found;
  }
  function show({ type, reading }: Fact, source: Source): unknown {
    const { path, meter } = source;
    const raw = reading ? readingIn(source) : source.raw;
    if (raw === null || raw === undefined) return undefined;
    const found = { raw, path, meter };
    if (type.kind === 'object') return new (classOf(type))(found);
    if ('of' in type) return (type.kind === 'list' ? showList : showMap)(type.of, found, show);
    return showSingle(type, found);
  }
  return { classOf, show };
}

/** Whole numbers are of another kind than fractions in the language, so of another type here. */
function showSingle({ kind }: SingleType, { raw, path, meter }: Source): unknown {
  if (typeof raw === 'object') throw new Error(`${path} is not a single value`);
  if (typeof raw === 'string' && raw.length > TEXT_LENGTH_MAX) {
    throw new Error(`${path} is too long a text for rules`);
  }
  if (!path.includes('[')) meter.seen.set(path, raw);
  return kind === 'int' && typeof raw === 'number' ? BigInt(raw) : raw;
}

type Show = Showcase['show'];

function makeClass({ fields }: ObjectType, show: Show): FactClass {
  class Facts {
    readonly [SOURCE]: Source;

    constructor(source: Source) {
      this[SOURCE] = source;
    }
  }
  for (const [key, fact] of fields) {
    Object.defineProperty(Facts.prototype, key, {
      get(this: Facts) {
        const { raw, path, meter } = this[SOURCE];
        return show(fact, { raw: fieldOf(raw, key), path: `${path}.${key}`, meter });
      },
    });
  }
  return Facts;
}

/** The value of a reading that went well; the reason of one that did not. */
function readingIn({ raw, path }: Source): unknown {
  if (fieldOf(raw, 'status') !== 'failed') return fieldOf(raw, 'value');
  const failure = failureSchema.parse(fieldOf(raw, 'error'));
  throw new MissingEvidence({ ...failure, message: `${path}: ${failure.message}` });
}

/** A list that counts every look into it, so that no loop over it is endless. */
function showList(of: Fact, { raw, path, meter }: Source, show: Show): readonly unknown[] {
  if (!Array.isArray(raw)) throw new Error(`${path} is not a list`);
  const known = meter.lists.get(raw);
  if (known !== undefined) return known;
  meter.spend(raw.length);
  const elements = raw.map((element: unknown, index) =>
    show(of, { raw: element, path: `${path}[${index}]`, meter }),
  );
  const counted = new Proxy(elements, {
    get(target, key) {
      meter.spend(1);
      return Reflect.get(target, key);
    },
  });
  meter.lists.set(raw, counted);
  return counted;
}

/** What is null in the report is not in the map: asked for it is missing, like any other key. */
function showMap(of: Fact, { raw, path, meter }: Source, show: Show): Map<string, unknown> {
  const entries = Object.entries(Object(raw));
  meter.spend(entries.length);
  const shown = entries.map(
    ([key, value]) => [key, show(of, { raw: value, path: `${path}["${key}"]`, meter })] as const,
  );
  return new Map(shown.filter(([, value]) => value !== undefined));
}

function fieldOf(raw: unknown, key: string): unknown {
  if (typeof raw !== 'object' || raw === null || !Object.hasOwn(raw, key)) return undefined;
  return Reflect.get(raw, key);
}
