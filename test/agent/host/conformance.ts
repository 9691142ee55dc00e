import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FileStatus, type Host, HostError } from '../../../agent/host/host.ts';
import { connectQuestions, openPorts, type Ports } from './conformance-connections.ts';
import { excerptQuestions } from './conformance-excerpts.ts';
import { runQuestions } from './conformance-runs.ts';

/** A question to a host, and the answer that every kind of host must give. */
export interface Question {
  title: string;
  ask(host: Host): Promise<unknown>;
  /** a value, or kind, source and message of the failure */
  answer: unknown;
}

/** Files made for the questions; the caller removes them. */
export interface Stage {
  folder: string;
  ports: Ports;
  remove(): Promise<void>;
}

/** Lays out what the questions ask about. */
export async function setStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-stage-'));
  writeFileSync(join(folder, 'text'), 'eins\nzwei ü\n');
  writeFileSync(join(folder, 'empty'), '');
  writeFileSync(join(folder, 'large'), 'x'.repeat(1001));
  writeFileSync(join(folder, 'bytes'), Buffer.from([0x61, 0xff, 0x00, 0x62]));
  chmodSync(join(folder, 'text'), 0o640);
  mkdirSync(join(folder, 'folder'));
  for (const name of ['b', 'a', 'B', '10', '9']) writeFileSync(join(folder, 'folder', name), name);
  mkdirSync(join(folder, 'bare'));
  symlinkSync('folder/a', join(folder, 'link'));
  symlinkSync('nowhere', join(folder, 'broken'));
  const { ports, close } = await openPorts();
  const remove = async () => {
    rmSync(folder, { recursive: true });
    await close();
  };
  return { folder, ports, remove };
}

/** What a question came to: the value, or how it failed. */
export async function settled(question: Question, host: Host): Promise<unknown> {
  try {
    return await question.ask(host);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return { kind: error.kind, source: error.source, message: error.message };
  }
}

/** The questions, the same for the machine and for its recording. */
export function questions({ folder, ports }: Stage): Question[] {
  return [
    ...fileQuestions(folder),
    ...excerptQuestions(folder),
    ...statusQuestions(folder),
    ...deviceQuestions(),
    ...connectQuestions(ports),
    ...runQuestions(),
  ];
}

function fileQuestions(folder: string): Question[] {
  const at = (name: string) => join(folder, name);
  return [
    read('a file', at('text'), 'eins\nzwei ü\n'),
    read('an empty file', at('empty'), ''),
    read('bytes that are no UTF-8', at('bytes'), 'a\ufffd\0b'),
    read('a file through a link', at('link'), 'a'),
    read('a file whose stated size is 0', '/proc/sys/kernel/ostype', 'Linux\n'),
    read('a missing file', at('none'), notFound('open', at('none'))),
    read('a broken link', at('broken'), notFound('open', at('broken'))),
    read('a file below a file', at('text/x'), {
      kind: 'not_found',
      source: at('text/x'),
      message: `ENOTDIR: not a directory, open '${at('text/x')}'`,
    }),
    read('a file that may not be read', WRITE_ONLY, {
      kind: 'denied',
      source: WRITE_ONLY,
      message: `EACCES: permission denied, open '${WRITE_ONLY}'`,
    }),
    read('a folder as a file', at('folder'), {
      kind: 'other',
      source: at('folder'),
      message: `${at('folder')} is not a regular file`,
    }),
    read('a relative path', 'etc/hosts', notPlain('etc/hosts')),
    read('a path that climbs', '/etc/../etc/hosts', notPlain('/etc/../etc/hosts')),
    {
      title: 'a file of one byte more than allowed is too large',
      ask: (host) => host.read(at('large'), 1000),
      answer: {
        kind: 'too_large',
        source: at('large'),
        message: `${at('large')}: more than 1000 bytes`,
      },
    },
    {
      title: 'a file of as many bytes as allowed is read',
      ask: (host) => host.read(at('folder/10'), 2),
      answer: '10',
    },
    list('names sorted by their code points', at('folder'), ['10', '9', 'B', 'a', 'b']),
    list('the names of a folder with a slash behind it', `${at('folder')}/`, [
      '10',
      '9',
      'B',
      'a',
      'b',
    ]),
    list('an empty folder', at('bare'), []),
    list('a missing folder', at('none'), notFound('opendir', at('none'))),
    list('a file as a folder', at('text'), {
      kind: 'not_found',
      source: at('text'),
      message: `ENOTDIR: not a directory, opendir '${at('text')}'`,
    }),
  ];
}

/** A file of sysfs that nobody may read, root included. */
const WRITE_ONLY = '/sys/bus/cpu/drivers_probe';

function statusQuestions(folder: string): Question[] {
  const at = (name: string) => join(folder, name);
  const { mtimeMs, ino } = statSync(at('text'));
  const status: FileStatus = {
    type: 'file',
    mode: '0640',
    sizeBytes: 13,
    modifiedMs: Math.floor(mtimeMs),
    inode: ino,
    major: null,
    minor: null,
  };
  return [
    { title: 'the status of a file', ask: (host) => host.stat(at('text')), answer: status },
    {
      title: 'the status of what a link leads to',
      ask: async (host) => (await host.stat(at('link'))).type,
      answer: 'file',
    },
    {
      title: 'the status of a folder',
      ask: async (host) => (await host.stat(at('folder'))).type,
      answer: 'directory',
    },
    {
      title: 'the status of a missing file',
      ask: (host) => host.stat(at('none')),
      answer: notFound('stat', at('none')),
    },
    { title: 'the target of a link', ask: (host) => host.link(at('link')), answer: 'folder/a' },
    {
      title: 'the target of a broken link',
      ask: (host) => host.link(at('broken')),
      answer: 'nowhere',
    },
    {
      title: 'the target of a file that is no link',
      ask: (host) => host.link(at('text')),
      answer: {
        kind: 'other',
        source: at('text'),
        message: `EINVAL: invalid argument, readlink '${at('text')}'`,
      },
    },
    {
      title: 'space adds up',
      ask: async (host) => {
        const { totalBytes, freeBytes, availableBytes } = await host.space(folder);
        return totalBytes > 0 && totalBytes >= freeBytes && freeBytes >= availableBytes;
      },
      answer: true,
    },
    {
      title: 'the space of a missing path',
      ask: (host) => host.space(at('none')),
      answer: notFound('statfs', at('none')),
    },
  ];
}

function deviceQuestions(): Question[] {
  return [
    {
      title: 'a device has its numbers',
      ask: async (host) => {
        const { type, major, minor } = await host.stat('/dev/null');
        return { type, major, minor };
      },
      answer: { type: 'character', major: 1, minor: 3 },
    },
    { title: 'a device opens', ask: (host) => host.open('/dev/null'), answer: undefined },
    {
      title: 'a missing device does not open',
      ask: (host) => host.open('/dev/muster-none'),
      answer: notFound('open', '/dev/muster-none'),
    },
    {
      title: 'a folder does not open as a device',
      ask: (host) => host.open('/dev'),
      answer: {
        kind: 'other',
        source: '/dev',
        message: "EISDIR: illegal operation on a directory, open '/dev'",
      },
    },
  ];
}

function read(title: string, path: string, answer: unknown): Question {
  return { title, ask: (host) => host.read(path), answer };
}

function list(title: string, path: string, answer: unknown): Question {
  return { title, ask: (host) => host.list(path), answer };
}

function notFound(call: string, path: string) {
  return {
    kind: 'not_found',
    source: path,
    message: `ENOENT: no such file or directory, ${call} '${path}'`,
  };
}

function notPlain(path: string) {
  return {
    kind: 'other',
    source: path,
    message: `${JSON.stringify(path)} is not a plain absolute path`,
  };
}
