import {
  environmentLayer,
  type Layer,
  mergeLayers,
  misspeltVariables,
  type Setting,
  variableOf,
} from './configuration.ts';
import { CommandError } from './exit.ts';
import type { Io } from './io.ts';

/** What is used here of a command of commander, which is one of these as it stands. */
export interface CommandLike {
  readonly options: readonly OptionLike[];
  readonly commands: readonly CommandLike[];
  readonly parent: CommandLike | null;
  readonly args: readonly string[];
  name(): string;
  opts(): Readonly<Record<string, unknown>>;
  option(flags: string, description: string): unknown;
  addHelpText(position: 'after', text: string): unknown;
  setOptionValueWithSource(key: string, value: unknown, source: string): unknown;
  hook(
    event: 'preSubcommand',
    listener: (parent: CommandLike, command: CommandLike) => Promise<void>,
  ): unknown;
}

interface OptionLike {
  readonly long?: string | undefined;
  readonly description: string;
  readonly defaultValue?: unknown;
  readonly argChoices?: readonly string[] | undefined;
  isBoolean(): boolean;
  attributeName(): string;
}

/** What a program lets its environment and files set. */
export interface Configurable {
  /** read when it is there */
  file: string;
  /** by the long name of an option, the commands for which it may be set: `token create` */
  commands: Readonly<Record<string, readonly string[]>>;
}

/** Lets environment and files set the options of a program; its command line still comes first. */
export function configure(program: CommandLike, configurable: Configurable, io: Io): void {
  const configHelp = `read settings from here, before ${configurable.file}`;
  program.option('--config <file>', configHelp);
  for (const command of allCommands(program)) {
    const keys = keysOf(command, configurable);
    if (keys.length > 0) command.addHelpText('after', helpOf(keys, configurable));
    if (command.commands.length === 0) continue;
    command.hook('preSubcommand', async (parent, chosen) => {
      if (asksHelp(parent.args)) return;
      const wanted = keysOf(chosen, configurable);
      if (wanted.length > 0) await setOptions(chosen, wanted, { program, configurable, io });
    });
  }
}

interface Configuring {
  program: CommandLike;
  configurable: Configurable;
  io: Io;
}

async function setOptions(
  command: CommandLike,
  keys: readonly string[],
  configuring: Configuring,
): Promise<void> {
  const layer = await loadConfiguration(configuring);
  for (const option of command.options) {
    const key = keys.find((one) => option.long === `--${one}`);
    const configured = key === undefined ? undefined : layer.get(key);
    if (configured === undefined) continue;
    command.setOptionValueWithSource(option.attributeName(), configured.value, 'config');
  }
}

/** What environment and files say together; a variable that is misspelt is told. */
export async function loadConfiguration(configuring: Configuring): Promise<Layer> {
  const { program, configurable, io } = configuring;
  const settings = settingsOf(program, configurable);
  for (const doubt of misspeltVariables(settings, io.env)) io.err(`${doubt}\n`);
  const { config } = program.opts();
  const named = typeof config === 'string' ? [await textOf(config, io)] : [];
  const own = await textOf(configurable.file, io).catch(absent);
  const files = own === null ? named : [...named, own];
  if (files.length === 0) return environmentLayer(settings, io.env);
  // loaded only here: most runs of the agent have no file, and YAML takes its time
  const { fileLayer } = await import('./configuration-file.ts');
  const layers = files.map(({ text, file }) => fileLayer(settings, text, file));
  return mergeLayers([environmentLayer(settings, io.env), ...layers]);
}

/** Every option that may be set, in the order of the table. */
export function settingsOf(program: CommandLike, { commands }: Configurable): Setting[] {
  const all = allCommands(program);
  return Object.entries(commands).map(([key, paths]) => {
    const options = all
      .filter((command) => paths.includes(pathOf(command)))
      .flatMap((command) => command.options.filter(({ long }) => long === `--${key}`));
    const [option] = options;
    if (option === undefined) throw new Error(`no command of ${paths.join(', ')} has --${key}`);
    const flag = option.isBoolean();
    const { argChoices: choices = null, defaultValue = flag ? false : undefined } = option;
    return { key, flag, choices, initial: defaultValue === undefined ? null : `${defaultValue}` };
  });
}

/** A program's commands at every depth, itself first. */
export function allCommands(command: CommandLike): CommandLike[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

/** A command by its words after the program's name: `token create`. */
export function pathOf(command: CommandLike): string {
  if (command.parent === null) return '';
  return `${pathOf(command.parent)} ${command.name()}`.trim();
}

/** The options of a command that may be set. */
export function keysOf(command: CommandLike, { commands }: Configurable): string[] {
  const path = pathOf(command);
  return Object.keys(commands).filter((key) => commands[key]?.includes(path));
}

function helpOf(keys: readonly string[], { file }: Configurable): string {
  const [first = ''] = keys;
  const variable = variableOf(first);
  const places = `In ${file}, a --config FILE or the environment (${variable}) too:`;
  return `\n${places}\n  ${keys.join(', ')}`;
}

function asksHelp(args: readonly string[]): boolean {
  return args.includes('--help') || args.includes('-h');
}

async function textOf(file: string, { files }: Io): Promise<{ file: string; text: string }> {
  try {
    return { file, text: await files.readFile(file, 'utf8') };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError('noInput', `reading the configuration: ${reason}`, cause);
  }
}

/** A file that nobody named need not be there; one that is there must be read. */
function absent(error: unknown): null {
  const cause = error instanceof CommandError ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  if (code === 'ENOENT' || code === 'ENOTDIR') return null;
  throw error;
}
