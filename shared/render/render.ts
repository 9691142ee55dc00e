import type { Answer } from '../answer.ts';
import type { TextOptions } from './text.ts';

export interface RenderOptions extends TextOptions {
  /** warnings that fail the run fail their test too */
  failOn: 'fail' | 'warn';
}

/** A format: the whole text of an answer, its last line ended. */
export type Render = (answer: Answer, options: RenderOptions) => string;
