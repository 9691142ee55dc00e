import type { Command, Option } from 'commander';
import { keysOf, pathOf } from '../../shared/command-line.ts';
import { variableOf } from '../../shared/configuration.ts';
import { argumentText, commandsBelow, type Program } from './programs.ts';
import { bold, escaped, italic, item, paragraph, subheading } from './roff.ts';

/** The parts of a page that the option tables give: every command that does something. */
export function commandParts({ command, configurable }: Program): string[] {
  return commandsBelow(command)
    .filter((one) => one.commands.length === 0 || hasOwnAction(one))
    .flatMap((one) => [
      subheading(`${command.name()} ${pathOf(one)}`),
      paragraph(sentence(one.description())),
      ...usageOf(one, command.name()),
      ...one.options.map(optionItem),
      ...settable(keysOf(one, configurable)),
    ]);
}

/** An option of a program itself, or of one of its commands. */
export function optionItem(option: Option): string {
  const { defaultValue, argChoices } = option;
  const shown = defaultValue === undefined || defaultValue === false || Array.isArray(defaultValue);
  const notes = [
    ...(argChoices === undefined ? [] : [`one of ${argChoices.join(', ')}`]),
    ...(option.mandatory ? ['needed'] : []),
    ...(shown ? [] : [`default: ${String(defaultValue)}`]),
  ];
  const text = option.description + (notes.length === 0 ? '' : ` (${notes.join('; ')})`);
  return item(flagsOf(option), sentence(text));
}

function usageOf(command: Command, program: string): string[] {
  const words = command.registeredArguments.map((one) => italic(argumentText(one)));
  const options = command.options.length === 0 ? [] : [italic('[options]')];
  const parts = [bold(`${program} ${pathOf(command)}`), ...options, ...words];
  return ['.PP', parts.join(' '), ...argumentItems(command)];
}

function argumentItems(command: Command): string[] {
  return command.registeredArguments
    .filter(({ description }) => description !== '')
    .map((one) => item(italic(argumentText(one)), sentence(one.description)));
}

/** `-f, --format <format>`, the names bold and what is to be filled in italic. */
function flagsOf({ flags }: Option): string {
  return flags
    .split(/(<[^>]*>)/)
    .map((part) => (part.startsWith('<') ? italic(part.slice(1, -1)) : plainFlags(part)))
    .join('');
}

function plainFlags(text: string): string {
  return text.replaceAll(/-[-\w]+|[^-]+/g, (part) =>
    part.startsWith('-') ? bold(part) : escaped(part),
  );
}

function settable(keys: readonly string[]): string[] {
  const [first] = keys;
  if (first === undefined) return [];
  const places = `May be set in muster.yaml(5) and the environment (${variableOf(first)})`;
  return [paragraph(`${places}: ${keys.join(', ')}.`)];
}

function hasOwnAction(command: Command): boolean {
  return command.options.length > 0 || command.registeredArguments.length > 0;
}

/** Help texts have no capital and no full stop; a page reads as sentences. */
export function sentence(text: string): string {
  // a name such as cpu_type or sqlite:PATH stays as it is
  const begun = /^[a-z]+[ ,;]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
