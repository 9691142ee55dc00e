import { jsonSchemas } from '../../shared/json-schemas.ts';
import { bold, italic, item } from './roff.ts';

interface SchemaNode {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  'x-unit'?: string;
}

/** Every key of a policy as its schema describes it, with type and default. */
export function policyParts(): string[] {
  return keysBelow(jsonSchemas.policy(), '');
}

function keysBelow(node: SchemaNode, path: string): string[] {
  const { properties = {} } = node;
  return Object.entries(properties).flatMap(([key, inner]) => {
    const own = path === '' ? key : `${path}.${key}`;
    const below = inner.type === 'array' ? keysBelow(inner.items ?? {}, `${own}[]`) : [];
    const nested = inner.type === 'object' ? keysBelow(inner, own) : [];
    // a group without a word of its own is told by its keys
    const told = inner.description !== undefined || below.length + nested.length === 0;
    return [...(told ? [keyItem(own, inner)] : []), ...below, ...nested];
  });
}

function keyItem(path: string, node: SchemaNode): string {
  const holds = shownDefault(node);
  const text = [
    ...(node.description === undefined ? [] : [`${node.description}.`]),
    ...(holds === null ? [] : [`Default: ${holds}.`]),
  ].join(' ');
  return item(`${bold(path)}: ${italic(typeOf(node))}`, text === '' ? 'See the guide.' : text);
}

function typeOf(node: SchemaNode): string {
  if (node.enum !== undefined) return node.enum.join(' | ');
  if (node['x-unit'] === 'bytes') return 'size, such as 20 GiB';
  if (node['x-unit'] === 'ms') return 'duration, such as 15m';
  if (node.type === 'array') return 'list';
  if (node.type === 'object') return 'keys';
  if (node.type === 'boolean') return 'true or false';
  return node.type === 'number' || node.type === 'integer' ? 'number' : 'text';
}

function shownDefault({ default: value }: SchemaNode): string | null {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) {
    const plain = value.every((one) => typeof one !== 'object');
    return plain && value.length > 0 ? value.join(', ') : null;
  }
  return typeof value === 'object' ? null : String(value);
}
