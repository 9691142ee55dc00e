import type { Command, Option } from 'commander';
import { allCommands, pathOf } from '../../shared/command-line.ts';
import { agent, muster } from './programs.ts';

/** What may stand after a command's words. */
interface Place {
  /** such as `/token/create`; empty for the program itself */
  path: string;
  /** commands and options */
  words: string[];
  command: Command;
}

/** Every file of completions, by its name below packaging/completions. */
export function completionFiles(): Record<string, string> {
  const files = [agent.command, muster.command].flatMap((program) => {
    const name = program.name();
    return [
      [`bash/${name}`, bashOf(program)],
      [`zsh/_${name}`, zshOf(program)],
      [`fish/${name}.fish`, fishOf(program)],
    ] as const;
  });
  return Object.fromEntries(files);
}

const NOTICE = '# Made from the option tables of the program: npm run man.';

function placesOf(program: Command): Place[] {
  const own = program.options.flatMap(namesOf);
  return allCommands(program).map((like) => {
    const command = like as Command;
    const below = command.commands.map((one) => one.name());
    const options = command === program ? own : [...command.options.flatMap(namesOf), '--config'];
    return { path: pathWords(command), words: [...below, ...options, '--help'], command };
  });
}

function pathWords(command: Command): string {
  const path = pathOf(command);
  return path === '' ? '' : `/${path.replaceAll(' ', '/')}`;
}

function namesOf({ long, short }: Option): string[] {
  return [long, short].filter((name) => typeof name === 'string');
}

/** The lines that follow the words typed so far down to a command; the same for bash and zsh. */
function descent(places: readonly Place[]): string[] {
  return places.filter(({ path }) => path !== '').map(({ path }) => `      ${path}) at=${path} ;;`);
}

/** For options with a value: their choices, or null for any file. */
function valued(places: readonly Place[]): { pattern: string; choices: string[] | null }[] {
  return places.flatMap(({ path, command }) =>
    command.options
      .filter((option) => !option.isBoolean())
      .map((option) => ({
        pattern: namesOf(option)
          .map((name) => `${path}:${name}`)
          .join(' | '),
        choices: option.argChoices ?? null,
      })),
  );
}

function bashOf(program: Command): string {
  const name = program.name();
  const places = placesOf(program);
  const values = valued(places).map(({ pattern, choices }) => {
    const words = choices === null ? '-f' : `-W '${choices.join(' ')}'`;
    return `    ${pattern}) mapfile -t COMPREPLY < <(compgen ${words} -- "$current"); return ;;`;
  });
  const words = places.map(({ path, words: all }) => `    '${path}') words='${all.join(' ')}' ;;`);
  const complete = 'mapfile -t COMPREPLY < <(compgen';
  return `${NOTICE}
_${functionName(name)}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local at= word words=
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $at/$word in
${descent(places).join('\n')}
    esac
  done
  case $at:$previous in
    *:--config) ${complete} -f -- "$current"); return ;;
${values.join('\n')}
  esac
  case $at in
${words.join('\n')}
  esac
  ${complete} -W "$words" -- "$current")
  [[ $current == -* || \${#COMPREPLY[@]} -gt 0 ]] || ${complete} -f -- "$current")
}
complete -o filenames -F _${functionName(name)} ${name}
`;
}

function zshOf(program: Command): string {
  const name = program.name();
  const places = placesOf(program);
  const values = valued(places).map(({ pattern, choices }) => {
    const action = choices === null ? '_files' : `compadd -- ${choices.join(' ')}`;
    return `    ${pattern}) ${action}; return ;;`;
  });
  const words = places.map(
    ({ path, words: all }) => `    '${path}') compadd -- ${all.join(' ')} ;;`,
  );
  return `#compdef ${name}
${NOTICE}
_${functionName(name)}() {
  local at= word
  for word in "\${words[@]:1:CURRENT-2}"; do
    case $at/$word in
${descent(places).join('\n')}
    esac
  done
  case $at:\${words[CURRENT-1]} in
    *:--config) _files; return ;;
${values.join('\n')}
  esac
  case $at in
${words.join('\n')}
  esac
  [[ \${words[CURRENT]} == -* ]] || _files
}
_${functionName(name)} "$@"
`;
}

function fishOf(program: Command): string {
  const name = program.name();
  const lines = placesOf(program).flatMap(({ command, path }) => {
    const when = fishCondition(path, command);
    const commands = command.commands.map(
      (one) =>
        `complete -c ${name} -n '${when}' -f -a ${one.name()} -d ${fishText(one.description())}`,
    );
    const options = command.options.map((option) => {
      const long = ` -l ${(option.long ?? '').slice(2)}`;
      const short = option.short ? ` -s ${option.short.slice(1)}` : '';
      const takes = option.isBoolean() || option.long === '--version' ? '' : valueOfFish(option);
      const told = fishText(option.description);
      return `complete -c ${name} -n '${when}'${long}${short}${takes} -d ${told}`;
    });
    return [...commands, ...options];
  });
  return `${NOTICE}\n${lines.join('\n')}\n`;
}

function valueOfFish({ argChoices }: Option): string {
  return argChoices === undefined ? ' -r' : ` -x -a '${argChoices.join(' ')}'`;
}

/** After all words of the path; the program's own commands only before any other. */
function fishCondition(path: string, command: Command): string {
  const [, ...words] = path.split('/');
  if (words.length === 0) return '__fish_use_subcommand';
  const seen = words.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
  const below = command.commands.map((one) => one.name());
  return below.length === 0
    ? seen
    : `${seen}; and not __fish_seen_subcommand_from ${below.join(' ')}`;
}

function fishText(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
}

function functionName(name: string): string {
  return name.replaceAll('-', '_');
}
