import { z } from 'zod';
import { type Policy, policySchema } from './policy.ts';
import { formatBytes, formatDuration } from './units.ts';
import type { Places } from './yaml-file.ts';

/** One value of a policy in effect, as a person writes it, and the line that says so. */
export interface EffectiveValue {
  /** such as `storage.minimumFree` or `nodes[0].name` */
  path: string;
  shown: string;
  /** null: nobody wrote it, it is the default */
  line: number | null;
}

type Path = readonly (string | number)[];

/** Every value of a policy in the order of the schema, with its origin in the file of `places`. */
export function effectiveValues(policy: Policy, places: Places | null): EffectiveValue[] {
  const schema = z.toJSONSchema(policySchema, { io: 'input' }) as SchemaNode;
  const list = (value: unknown, path: Path): EffectiveValue[] => {
    if (isBranch(value)) {
      return Object.entries(value).flatMap(([key, inner]) =>
        list(inner, [...path, Array.isArray(value) ? Number(key) : key]),
      );
    }
    const line = places?.of(path)?.line ?? null;
    return [{ path: pathText(path), shown: shownAs(value, unitOf(schema, path)), line }];
  };
  return list(policy, []);
}

interface SchemaNode {
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  'x-unit'?: string;
}

/** What is shown key by key; a list of single values is a value. */
function isBranch(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return false;
  return !Array.isArray(value) || value.some((one) => typeof one === 'object');
}

function unitOf(schema: SchemaNode, path: Path): string | undefined {
  let node: SchemaNode | undefined = schema;
  for (const part of path) {
    node = typeof part === 'number' ? node?.items : node?.properties?.[part];
  }
  return node?.['x-unit'];
}

function shownAs(value: unknown, unit: string | undefined): string {
  if (typeof value === 'number' && unit === 'bytes') return formatBytes(value);
  if (typeof value === 'number' && unit === 'ms') return formatDuration(value);
  if (Array.isArray(value) && value.length > 0) return value.join(', ');
  if (typeof value === 'object') return 'none';
  return String(value);
}

function pathText(path: Path): string {
  const parts = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`));
  return parts.join('').slice(1);
}
