import { z } from 'zod';
import type { CpuDefinition, KvmAnswer, MachineType } from '../../shared/facts/qemu.ts';
import { HostError, ParseError } from '../host/host.ts';
import { parseJson } from '../json.ts';
import { textLines } from '../parse.ts';

/** Starts a QEMU that creates a VM with KVM, runs no guest and speaks QMP on its standard input. */
export const qmpArguments = [
  ...['-no-user-config', '-nodefaults'],
  ...['-machine', 'none', '-accel', 'kvm', '-S'],
  ...['-display', 'none', '-qmp', 'stdio'],
];

/** All commands of the one session; QEMU answers in order and ends at `quit`. */
export const qmpInput = [
  { execute: 'qmp_capabilities', id: 'capabilities' },
  { execute: 'query-kvm', id: 'kvm' },
  { execute: 'query-cpu-definitions', id: 'definitions' },
  { execute: 'query-machines', id: 'machines' },
  expandHost('static', 'hostStatic'),
  expandHost('full', 'hostFull'),
  { execute: 'quit', id: 'quit' },
]
  .map((command) => `${JSON.stringify(command)}\n`)
  .join('');

/**
 * What QEMU answered in such a session. A session without KVM is a failure; an expansion of `host`
 * that QEMU refused is null; anything else that was refused, or is missing, is a failure.
 */
export function parseQmpSession(stdout: string): KvmAnswer {
  const replies = repliesOf(stdout);
  const kvm = returned(replies, 'kvm', kvmReply);
  if (!kvm.enabled) {
    throw new HostError('unsupported', SOURCE, 'QEMU runs without KVM: query-kvm says not enabled');
  }
  const definitions = returned(replies, 'definitions', definitionsReply);
  const machines = returned(replies, 'machines', machinesReply);
  if (definitions.length === 0) throw new ParseError(`${SOURCE}: QEMU knows no CPU model`);
  return {
    definitions: definitions.map(definitionOf),
    hostStatic: expansion(replies, 'hostStatic'),
    hostFull: expansion(replies, 'hostFull'),
    machines: machines.filter((machine) => machine.name !== 'none').flatMap(machinesOf),
  };
}

const SOURCE = 'QMP session';

const envelope = z.union([
  z.object({ QMP: z.unknown() }),
  z.object({ event: z.string() }),
  z.object({ id: z.string(), return: z.unknown() }),
  z.object({ id: z.string(), error: z.object({ class: z.string(), desc: z.string() }) }),
]);

const kvmReply = z.object({ enabled: z.boolean(), present: z.boolean() });

const definitionsReply = z.array(
  z.object({
    name: z.string(),
    'alias-of': z.string().optional(),
    'unavailable-features': z.array(z.string()).optional(),
    'migration-safe': z.boolean().optional(),
    deprecated: z.boolean().optional(),
  }),
);

const machinesReply = z.array(
  z.object({
    name: z.string(),
    alias: z.string().optional(),
    'is-default': z.boolean().optional(),
    deprecated: z.boolean().optional(),
  }),
);

const expansionReply = z.object({ model: z.object({ props: z.record(z.string(), z.unknown()) }) });

type Replies = Map<string, { return: unknown } | { error: { class: string; desc: string } }>;

function expandHost(type: 'static' | 'full', id: string) {
  return { execute: 'query-cpu-model-expansion', id, arguments: { type, model: { name: 'host' } } };
}

/** Events may come between the replies; a reply is known by its id alone. */
function repliesOf(stdout: string): Replies {
  const replies: Replies = new Map();
  let greeted = false;
  for (const line of textLines(stdout, SOURCE).filter((text) => text.trim() !== '')) {
    const message = parseJson(line, envelope, `${SOURCE}: message`);
    if ('QMP' in message) greeted = true;
    else if ('id' in message) replies.set(message.id, message);
  }
  if (!greeted) throw new ParseError(`${SOURCE}: QEMU sent no QMP greeting`);
  return replies;
}

function returned<T extends z.ZodType>(replies: Replies, id: string, shape: T): z.infer<T> {
  const reply = replies.get(id);
  if (!reply) throw new ParseError(`${SOURCE}: no reply to "${id}", cut off`);
  if ('error' in reply) {
    throw new HostError('unsupported', SOURCE, `QEMU refused "${id}": ${reply.error.desc}`);
  }
  const parsed = shape.safeParse(reply.return);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.');
  throw new ParseError(`${SOURCE}: unexpected reply to "${id}" at "${where}"`);
}

function expansion(replies: Replies, id: string): KvmAnswer['hostStatic'] {
  const reply = replies.get(id);
  if (reply && 'error' in reply) return null;
  return plainProperties(returned(replies, id, expansionReply).model.props);
}

/** CPU features are booleans, numbers and texts; lists and objects belong to other devices. */
function plainProperties(
  props: Record<string, unknown>,
): Record<string, string | number | boolean> {
  const plain: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') {
      plain[name] = value;
    }
  }
  return plain;
}

/** What QEMU before 4.0 gives as an empty name: a feature that it lacks and has no word for. */
const UNNAMED = '(unnamed)';

/** QEMU lists a feature once for each CPUID leaf it lacks; one without a name is lacking too. */
function definitionOf(definition: z.infer<typeof definitionsReply>[number]): CpuDefinition {
  const unavailable = definition['unavailable-features']?.map((name) => name || UNNAMED);
  return {
    name: definition.name,
    aliasOf: definition['alias-of'] ?? null,
    unavailable: unavailable ? [...new Set(unavailable)].sort() : null,
    deprecated: definition.deprecated ?? false,
    migrationSafe: definition['migration-safe'] ?? null,
  };
}

/** As in `-machine help`: an alias stands as a machine of its own before the one it means. */
function machinesOf(machine: z.infer<typeof machinesReply>[number]): MachineType[] {
  const { name, alias } = machine;
  const deprecated = machine.deprecated ?? false;
  const versioned = { name, aliasOf: null, isDefault: machine['is-default'] ?? false, deprecated };
  if (alias === undefined) return [versioned];
  return [{ name: alias, aliasOf: name, isDefault: false, deprecated }, versioned];
}
