import { CommandError } from './exit.ts';
import { nearest } from './nearest.ts';

/** An option of the command line that the environment and files may set as well. */
export interface Setting {
  /** its long name without the dashes; a key of the files */
  key: string;
  /** true or false; what is not takes a text */
  flag: boolean;
  choices: readonly string[] | null;
  /** what holds when nobody says anything; null when nothing does */
  initial: string | null;
}

/** A value and the place that says so: a variable, or a file with its line. */
export interface Configured {
  value: string | boolean;
  origin: string;
}

/** What one place says, by key. */
export type Layer = ReadonlyMap<string, Configured>;

const PREFIX = 'MUSTER_';

/** The variable that sets a key: `token-file` is `MUSTER_TOKEN_FILE`. */
export function variableOf(key: string): string {
  return PREFIX + key.toUpperCase().replaceAll('-', '_');
}

/** What holds of each key that any layer sets: the first layer that does decides. */
export function mergeLayers(layers: readonly Layer[]): Layer {
  const merged = new Map<string, Configured>();
  for (const layer of layers) {
    for (const [key, configured] of layer) {
      if (!merged.has(key)) merged.set(key, configured);
    }
  }
  return merged;
}

/** What the environment says; an empty variable says nothing. */
export function environmentLayer(
  settings: readonly Setting[],
  env: Readonly<Record<string, string | undefined>>,
): Layer {
  const layer = new Map<string, Configured>();
  for (const setting of settings) {
    const origin = variableOf(setting.key);
    const text = env[origin];
    if (text === undefined || text === '') continue;
    const problem = problemOf(setting, text);
    if (problem !== null) {
      const found = problem.secret ? '' : `; found "${text}"`;
      throw new CommandError('badConfiguration', `${origin}: ${problem.message}${found}`);
    }
    layer.set(setting.key, { value: setting.flag ? text === 'true' : text, origin });
  }
  return layer;
}

/**
 * The variables that look like ours, misspelt. Others that begin as ours do are let be: a container
 * beside a service named "muster" is given MUSTER_SERVICE_HOST and more by its orchestrator.
 */
export function misspeltVariables(
  settings: readonly Setting[],
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  const known = settings.map(({ key }) => variableOf(key));
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !known.includes(name))
    .flatMap((name) => {
      const keys = settings.map(({ key }) => key);
      const near = nearest(name.slice(PREFIX.length), keys);
      return near === null ? [] : [`${name} sets nothing; did you mean ${variableOf(near)}?`];
    });
}

/** What is wrong with a text; a secret must not be shown. */
export interface TextProblem {
  message: string;
  secret: boolean;
}

/** What is wrong with the text of a setting; null when nothing is. */
export function problemOf({ flag, choices }: Setting, text: string): TextProblem | null {
  if (flag && text !== 'true' && text !== 'false') {
    return { message: 'expected true or false', secret: false };
  }
  if (choices !== null && !choices.includes(text)) {
    return { message: `expected one of ${choices.join(', ')}`, secret: false };
  }
  if (!WITH_PASSWORD.test(text)) return null;
  return { message: 'a password does not belong here, but into a file', secret: true };
}

const WITH_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^/@]*:[^/@]*@/i;
