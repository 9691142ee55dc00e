import { basename, dirname } from 'node:path';
import type { OpenFile, StateFiles } from '../../../agent/state/files.ts';

/** The process is gone: nothing it called is done any more. */
export class Killed extends Error {
  constructor() {
    super('killed');
    this.name = 'Killed';
  }
}

interface File {
  kind: 'file';
  now: Buffer;
  /** what is on the platter */
  synced: Buffer;
  mode: number;
}

interface Folder {
  kind: 'folder';
  now: Map<string, Node>;
  synced: Map<string, Node>;
}

type Node = File | Folder;

/** A change of folders that no sync has made durable yet. */
interface Change {
  folders: Folder[];
  apply(): void;
}

/**
 * A disk with a memory of what was synced. A process on it can be killed before any call, in the
 * middle of a write too; and its power can fail: of each change of a folder that was not synced
 * nobody knows whether it is there, nor what is in a file that was not synced.
 */
export class ModelDisk implements StateFiles {
  calls = 0;
  /** the call before which the process dies; Infinity for never */
  killAt = Number.POSITIVE_INFINITY;
  /** the call that fails with this code, once, without the process dying */
  failAt: { call: number; code: string } | null = null;
  private dead = false;
  private readonly root: Folder = folder();
  private changes: Change[] = [];

  /** A new process on the disk as the last one left it. */
  restart(): void {
    this.dead = false;
    this.calls = 0;
    this.killAt = Number.POSITIVE_INFINITY;
    this.failAt = null;
  }

  /** The power fails; `random` says what of the unsynced was on the platter by chance. */
  losePower(random: () => number): void {
    for (const change of this.changes) if (random() < 0.5) change.apply();
    this.changes = [];
    settle(this.root, random);
    this.restart();
  }

  /** Names in a folder, for assertions. */
  names(path: string): string[] {
    return [...this.folderAt(path).now.keys()].sort();
  }

  /** Puts bytes where a file is, as a failing disk does. */
  damage(path: string, bytes: Buffer): void {
    const file = this.fileAt(path);
    file.now = bytes;
    file.synced = bytes;
  }

  async mkdir(path: string): Promise<void> {
    this.step();
    const missing: string[] = [];
    for (let at = path; this.find(at) === undefined; at = dirname(at)) missing.unshift(at);
    for (const one of missing) this.link(this.folderAt(dirname(one)), basename(one), folder());
  }

  async readdir(path: string): Promise<string[]> {
    this.step();
    return [...this.folderAt(path).now.keys()];
  }

  async readFile(path: string): Promise<Buffer> {
    this.step();
    return this.fileAt(path).now;
  }

  async stat(path: string): Promise<{ sizeBytes: number; mode: number }> {
    this.step();
    const { now, mode } = this.fileAt(path);
    return { sizeBytes: now.length, mode };
  }

  async create(path: string): Promise<OpenFile> {
    this.step();
    const parent = this.folderAt(dirname(path));
    const there = parent.now.get(basename(path));
    const file: File =
      there?.kind === 'file'
        ? there
        : { kind: 'file', now: NOTHING, synced: NOTHING, mode: 0o100600 };
    file.now = NOTHING;
    if (there === undefined) this.link(parent, basename(path), file);
    return this.openFile(file);
  }

  async openFolder(path: string): Promise<OpenFile> {
    this.step();
    const opened = this.folderAt(path);
    const sync = async () => {
      this.step();
      const touching = this.changes.filter(({ folders }) => folders.includes(opened));
      for (const change of touching) change.apply();
      this.changes = this.changes.filter((change) => !touching.includes(change));
    };
    const write = () => Promise.reject(new Error('a folder is not written'));
    return { write, sync, close: async () => this.step() };
  }

  async rename(from: string, to: string): Promise<void> {
    this.step();
    const [source, target] = [this.folderAt(dirname(from)), this.folderAt(dirname(to))];
    const node = source.now.get(basename(from));
    if (node === undefined) throw systemError('ENOENT', from);
    const apply = (which: 'now' | 'synced') => {
      source[which].delete(basename(from));
      target[which].set(basename(to), node);
    };
    apply('now');
    this.changes.push({ folders: [source, target], apply: () => apply('synced') });
  }

  async unlink(path: string): Promise<void> {
    this.step();
    this.fileAt(path);
    const parent = this.folderAt(dirname(path));
    parent.now.delete(basename(path));
    const apply = () => void parent.synced.delete(basename(path));
    this.changes.push({ folders: [parent], apply });
  }

  private openFile(file: File): OpenFile {
    return {
      write: async (bytes) => {
        const killed = this.calls + 1 >= this.killAt;
        if (killed && !this.dead) file.now = bytes.subarray(0, bytes.length / 2);
        this.step();
        file.now = bytes;
      },
      sync: async () => {
        this.step();
        file.synced = file.now;
      },
      close: async () => this.step(),
    };
  }

  private step(): void {
    if (this.dead) throw new Killed();
    this.calls += 1;
    if (this.calls >= this.killAt) {
      this.dead = true;
      throw new Killed();
    }
    if (this.failAt?.call === this.calls) throw systemError(this.failAt.code, 'the disk');
  }

  private link(parent: Folder, name: string, node: Node): void {
    parent.now.set(name, node);
    this.changes.push({ folders: [parent], apply: () => void parent.synced.set(name, node) });
  }

  private find(path: string): Node | undefined {
    let node: Node | undefined = this.root;
    for (const part of path.split('/').filter(Boolean)) {
      node = node?.kind === 'folder' ? node.now.get(part) : undefined;
    }
    return node;
  }

  private folderAt(path: string): Folder {
    const node = this.find(path);
    if (node?.kind === 'folder') return node;
    throw systemError('ENOENT', path);
  }

  private fileAt(path: string): File {
    const node = this.find(path);
    if (node?.kind === 'file') return node;
    throw systemError('ENOENT', path);
  }
}

const NOTHING = Buffer.alloc(0);

function folder(): Folder {
  return { kind: 'folder', now: new Map(), synced: new Map() };
}

/** What is found after the power came back. */
function settle(node: Node, random: () => number): void {
  if (node.kind === 'file') {
    if (node.now !== node.synced) node.synced = torn(node, random());
    node.now = node.synced;
    return;
  }
  node.now = new Map(node.synced);
  for (const inner of node.now.values()) settle(inner, random);
}

/** Unsynced content may be the old one, the new one, a part of it, or blocks of zeros. */
function torn({ now, synced }: File, chance: number): Buffer {
  if (chance < 0.25) return synced;
  if (chance < 0.5) return Buffer.from(now);
  if (chance < 0.75) return now.subarray(0, now.length / 2);
  return Buffer.alloc(now.length);
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
