import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { z } from 'zod';
import { readText } from './files.ts';
import { ParseError } from './host.ts';
import type { RecordedCommand, Recording, SnapshotFile } from './recording.ts';
import { codeOf } from './system-error.ts';

/** Far above any recording; a larger file is none. */
const MAX_JSON_BYTES = 64 * 1024 * 1024;

/** The two files that describe a recording; a bare tree has neither, and that is well. */
export async function readSnapshotFiles(
  dir: string,
): Promise<{ snapshot: SnapshotFile; commands: RecordedCommand[] }> {
  if (!(await isFolder(dir))) throw new ParseError(`${dir} is not a folder`);
  const { commandsSchema, snapshotSchema } = await import('./recording-schema.ts');
  return {
    snapshot: await readJson(join(dir, 'snapshot.json'), snapshotSchema, { format: 1 }),
    commands: await readJson(join(dir, 'commands.json'), commandsSchema, []),
  };
}

/** Makes `dir` when it is not there; null when it may be written to, else why not. */
export async function refusalOf(dir: string): Promise<string | null> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const names = await readdir(dir);
    return names.length === 0 ? null : `${dir} is not empty`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Writes a recording into an empty folder, for nobody but the user to read. */
export async function writeSnapshotFiles(dir: string, recording: Recording): Promise<void> {
  for (const [path, text] of Object.entries(recording.files)) await write(join(dir, path), text);
  await write(join(dir, 'commands.json'), asJson(recording.commands));
  await write(join(dir, 'snapshot.json'), asJson(recording.snapshot));
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, text, { mode: 0o600, flag: 'wx' });
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

async function readJson<T>(file: string, schema: z.ZodType<T>, absent: unknown): Promise<T> {
  const parsed = schema.safeParse(await jsonOf(file, absent));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') || 'the whole file';
  throw new ParseError(`${file}: ${field}: ${issue?.message ?? 'not as expected'}`, parsed.error);
}

async function jsonOf(file: string, absent: unknown): Promise<unknown> {
  try {
    return JSON.parse(await readText(file, MAX_JSON_BYTES));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return absent;
    throw new ParseError(`${file}: ${error instanceof Error ? error.message : error}`, error);
  }
}

async function isFolder(dir: string): Promise<boolean> {
  try {
    return (await stat(dir)).isDirectory();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
