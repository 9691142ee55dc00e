import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { captures, reference, root } from '../requirements.ts';

/** Of each kind of text so many are enough: more are nearly alike, and every run mutates all. */
const SEEDS_MAX = 8;
/** A longer one costs more than it finds; the damage of a cut is among what is to be survived. */
const SEED_CHARS_MAX = 24 * 1024;

const HOSTS = join(root, 'test', 'hosts');

/** The texts of the recorded hosts' files whose path (of the host) is as the pattern has it. */
export function recorded(pattern: RegExp): () => string[] {
  return () => {
    const paths = recordedPaths().filter(({ path }) => pattern.test(path));
    return few(paths.map(({ file }) => readFileSync(file, 'utf8')));
  };
}

/** What the commands of the recorded hosts printed, whose words are as the pattern has it. */
export function said(pattern: RegExp): () => string[] {
  return () => few(recordedCalls().flatMap((call) => (pattern.test(call.said) ? call.stdout : [])));
}

/** The texts of reference captures below a folder; none where the captures are not at hand. */
export function captured(folder: string, pattern: RegExp): () => string[] {
  return () => {
    if (!captures.met) return [];
    const from = reference('captures', folder);
    const names = readdirSync(from, { recursive: true, encoding: 'utf8' }).sort();
    const files = names.filter((name) => pattern.test(name)).map((name) => join(from, name));
    return few(files.filter((file) => statSync(file).isFile()).map((f) => readFileSync(f, 'utf8')));
  };
}

/** Written texts. */
export function written(...texts: readonly string[]): () => readonly string[] {
  return () => texts;
}

/** The texts of all sources together. */
export function all(...sources: (() => readonly string[])[]): () => string[] {
  return () => sources.flatMap((source) => source());
}

function few(texts: readonly string[]): string[] {
  return [...new Set(texts.map((text) => text.slice(0, SEED_CHARS_MAX)))].slice(0, SEEDS_MAX);
}

interface RecordedPath {
  path: string;
  file: string;
}

let paths: RecordedPath[] | null = null;

function recordedPaths(): RecordedPath[] {
  paths ??= hostNames().flatMap((host) =>
    readdirSync(join(HOSTS, host), { recursive: true, encoding: 'utf8' })
      .map((path) => ({ path: `/${path}`, file: join(HOSTS, host, path) }))
      .filter(({ file }) => statSync(file).isFile()),
  );
  return paths;
}

const callsSchema = z.array(
  z.object({ command: z.string(), args: z.array(z.string()), stdout: z.string().optional() }),
);

function recordedCalls(): { said: string; stdout: string[] }[] {
  return hostNames()
    .map((host) => join(HOSTS, host, 'commands.json'))
    .filter((file) => statSync(file, { throwIfNoEntry: false }) !== undefined)
    .flatMap((file) => callsSchema.parse(JSON.parse(readFileSync(file, 'utf8'))))
    .map(({ command, args, stdout }) => ({
      said: [command, ...args].join(' '),
      stdout: stdout ? [stdout] : [],
    }));
}

function hostNames(): string[] {
  return readdirSync(HOSTS).filter((name) => statSync(join(HOSTS, name)).isDirectory());
}
