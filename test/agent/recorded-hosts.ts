import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { RecordedHost } from '../../agent/host/host.ts';
import { openRecordedHost } from '../../agent/host/recorded.ts';
import { root } from '../requirements.ts';

/** The host recorded in `test/hosts/NAME`. */
export function recordedHost(name: string): Promise<RecordedHost> {
  return openRecordedHost(join(root, 'test', 'hosts', name));
}

/** What a test writes into a folder to have a host of its own: text by path, and the two JSONs. */
export interface Making {
  /** a host of `test/hosts` to begin with */
  like?: string;
  files?: Record<string, string>;
  snapshot?: Record<string, unknown>;
  commands?: unknown[];
}

/** A recorded host made for one test, gone when the test ends. */
export function madeHost({ like, files, snapshot, commands }: Making): Promise<RecordedHost> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-host-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  if (like) cpSync(join(root, 'test', 'hosts', like), folder, { recursive: true });
  const texts = { ...files };
  if (snapshot) texts['/snapshot.json'] = JSON.stringify({ format: 1, ...snapshot });
  if (commands) texts['/commands.json'] = JSON.stringify(commands);
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return openRecordedHost(folder);
}
