import { createHash } from 'node:crypto';
import * as files from 'node:fs/promises';
import { runProgram } from '../shared/edge.ts';
import { buildProgram } from './program.ts';

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

const after = (ms: number, action: () => void) => {
  const timer = setTimeout(action, ms);
  return () => clearTimeout(timer);
};

void runProgram(
  'muster-agent',
  { process, files, digest, now: () => new Date(), after },
  buildProgram,
);
