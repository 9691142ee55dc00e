import { createHash } from 'node:crypto';
import * as files from 'node:fs/promises';
import { runProgram } from '../shared/edge.ts';
import { buildProgram } from './program.ts';

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

void runProgram('muster', { process, files, digest, now: () => new Date() }, buildProgram);
