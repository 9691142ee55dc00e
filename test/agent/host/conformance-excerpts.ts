import { join } from 'node:path';
import { type Excerpt, ParseError } from '../../../agent/host/host.ts';
import type { Question } from './conformance.ts';

const LENGTH: Excerpt = { name: 'length', take: (text) => String(text.length) };
const FIRST: Excerpt = { name: 'first word', take: (text) => text.split('\n')[0] ?? '' };

/** What every host must answer about excerpts of files. */
export function excerptQuestions(folder: string): Question[] {
  const at = (name: string) => join(folder, name);
  return [
    take('the excerpt of a file', { ...LENGTH, path: at('text') }, '12'),
    take('another excerpt of the same file', { ...FIRST, path: at('text') }, 'eins'),
    take(
      'an excerpt through a path with slashes too many',
      { ...FIRST, path: `/${at('text')}` },
      'eins',
    ),
    take('the excerpt of a file that nobody reads', { ...LENGTH, path: at('folder/B') }, '1'),
    take('an empty excerpt', { ...FIRST, path: at('empty') }, ''),
    take(
      'an excerpt of a missing file',
      { ...LENGTH, path: at('none') },
      {
        kind: 'not_found',
        source: at('none'),
        message: `ENOENT: no such file or directory, open '${at('none')}'`,
      },
    ),
    take(
      'an excerpt of a file of one byte more than allowed',
      { ...LENGTH, name: 'limited', path: at('large'), maxBytes: 1000 },
      {
        kind: 'too_large',
        source: at('large'),
        message: `${at('large')}: more than 1000 bytes`,
      },
    ),
    take(
      'an excerpt of a text that is not as expected',
      { ...REFUSING, path: at('text') },
      {
        kind: 'unparsable',
        source: at('text'),
        message: 'not as expected',
      },
    ),
    take(
      'an excerpt by a relative path',
      { ...LENGTH, path: 'etc/hosts' },
      {
        kind: 'other',
        source: 'etc/hosts',
        message: '"etc/hosts" is not a plain absolute path',
      },
    ),
  ];
}

const REFUSING: Excerpt = {
  name: 'refusing',
  take: () => {
    throw new ParseError('not as expected');
  },
};

function take(title: string, how: Excerpt & { path: string }, answer: unknown): Question {
  return { title, ask: (host) => host.excerpt(how.path, how), answer };
}
