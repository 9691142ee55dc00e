import { isScalar, LineCounter, parseDocument, type Scalar } from 'yaml';
import { z } from 'zod';
import { nearest } from './nearest.ts';

/** One thing wrong with a file that people write, where it stands, and what was expected. */
export interface FileProblem {
  file: string;
  /** from 1; null when the whole file is meant */
  line: number | null;
  column: number | null;
  /** such as `nodes[1].address`; empty for the whole file */
  path: string;
  message: string;
}

export type FileResult<T> = { ok: true; value: T } | { ok: false; problems: FileProblem[] };

/** What a file is read as: its name for people, its schema, and the value of an empty one. */
export interface FileKind<S extends z.ZodType> {
  file: string;
  schema: S;
  empty: unknown;
}

type Path = readonly (string | number)[];

/** What a YAML (or JSON) text holds by the schema, or every problem in it with its position. */
export function parseYamlFile<S extends z.ZodType>(
  text: string,
  { file, schema, empty }: FileKind<S>,
): FileResult<z.output<S>> {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const problem = (path: Path, message: string, offset: number | undefined): FileProblem => {
    const position = offset === undefined ? null : counter.linePos(offset);
    return {
      file,
      line: position?.line ?? null,
      column: position?.col ?? null,
      path: showPath(path),
      message,
    };
  };
  if (document.errors.length > 0) {
    return {
      ok: false,
      problems: document.errors.map((error) => problem([], error.message, error.pos[0])),
    };
  }
  let value: unknown;
  try {
    value = document.toJS() ?? empty;
  } catch (error) {
    // the library refuses aliases that multiply into more than memory should hold
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, problems: [problem([], reason, undefined)] };
  }
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  const problems = result.error.issues
    .flatMap((issue) => explain(issue, value, schema))
    .map(({ path, message }) => problem(path, message, offsetOf(document, path)));
  return { ok: false, problems };
}

/** `cluster.yaml:7:3: nodes[1].adress: unknown key; did you mean "address"?` */
export function showProblem(problem: FileProblem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== null);
  const path = problem.path === '' ? '' : `${problem.path}: `;
  return `${place.join(':')}: ${path}${problem.message}`;
}

/** Where a thing stands in a text, both from 1. */
export interface Place {
  line: number;
  column: number;
}

/** Where the keys and values of a sound YAML text stand. */
export interface Places {
  /** where a key (or element) begins; null when the text does not have it */
  of(path: Path): Place | null;
  /** where a character of the text at `path` stands; null when that cannot be told */
  within(path: Path, offset: number): Place | null;
}

/** The places of a text that `parseYamlFile` took. */
export function placesIn(text: string): Places {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const placeOf = (offset: number | undefined): Place | null => {
    if (offset === undefined) return null;
    const { line, col: column } = counter.linePos(offset);
    return { line, column };
  };
  return {
    of: (path) => placeOf(keyOffset(document, path)),
    within(path, offset) {
      const node: unknown = document.getIn(path, true);
      return isScalar(node) ? placeOf(offsetWithin(text, node, offset)) : null;
    },
  };
}

/** Where in the file a character of a scalar's value stands, when it is written as it reads. */
function offsetWithin(text: string, { range, type, value }: Scalar, offset: number) {
  if (!range || typeof value !== 'string') return undefined;
  const [start, end] = range;
  const written = text.slice(start, end);
  if (type !== 'BLOCK_LITERAL') {
    const begin = written.indexOf(value);
    return begin < 0 ? undefined : start + begin + offset;
  }
  const [header = '', ...lines] = written.split('\n');
  const first = lines.find((line) => line.trim() !== '') ?? '';
  const indent = first.length - first.trimStart().length;
  const before = value.slice(0, offset).split('\n');
  const passed = [header, ...lines.slice(0, before.length - 1)].join('\n');
  return start + passed.length + 1 + indent + (before.at(-1) ?? '').length;
}

function explain(
  issue: z.core.$ZodIssue,
  root: unknown,
  schema: z.ZodType,
): { path: Path; message: string }[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  // the path names the key, and it is the key that is wrong
  if (issue.code === 'custom' && issue.params?.ofKey) return [{ path, message: issue.message }];
  if (issue.code !== 'unrecognized_keys') {
    const found = showFound(valueAt(root, path));
    return [{ path, message: `${issue.message.replace(/^Invalid input: /, '')}; found ${found}` }];
  }
  const known = knownKeys(path, schema);
  return issue.keys.map((key) => {
    const near = nearest(key, known);
    const hint = near === null ? `known here: ${known.join(', ')}` : `did you mean "${near}"?`;
    return { path: [...path, key], message: `unknown key; ${hint}` };
  });
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([key]) => key === String(part))?.[1];
  }
  return value;
}

function showFound(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

interface SchemaNode {
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
}

function knownKeys(path: Path, schema: z.ZodType): string[] {
  let node = z.toJSONSchema(schema, { io: 'input' }) as SchemaNode | undefined;
  for (const part of path) {
    node = typeof part === 'number' ? node?.items : node?.properties?.[part];
  }
  return Object.keys(node?.properties ?? {});
}

type YamlDocument = ReturnType<typeof parseDocument>;

/** Where the key or value of a path begins; of the nearest parent when it is not in the file. */
function offsetOf(document: YamlDocument, path: Path): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const offset = keyOffset(document, path.slice(0, length));
    if (offset !== undefined) return offset;
  }
  return undefined;
}

function keyOffset(document: YamlDocument, path: Path): number | undefined {
  const last = path.at(-1);
  const parent: unknown = document.getIn(path.slice(0, -1), true);
  if (typeof parent !== 'object' || parent === null || !('items' in parent)) return undefined;
  if (!Array.isArray(parent.items)) return undefined;
  for (const [index, item] of parent.items.entries()) {
    if (index === last && hasRange(item)) return item.range[0];
    if (typeof item !== 'object' || item === null || !('key' in item)) continue;
    if (hasRange(item.key) && String(item.key) === String(last)) return item.key.range[0];
  }
  return undefined;
}

function hasRange(item: unknown): item is { range: [number, number, number] } {
  return typeof item === 'object' && item !== null && 'range' in item && Array.isArray(item.range);
}

function showPath(path: Path): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`,
    )
    .join('');
}
