import { type Excerpt, HostError, ParseError } from './host.ts';

/** What is taken from a file that holds secrets; text that is not as expected is `unparsable`. */
export function excerptOf(path: string, text: string, { take }: Excerpt): string {
  try {
    return take(text);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new HostError('unparsable', path, { message: error.message, cause: error });
  }
}

/** What an excerpt is found by in a recording. */
export function excerptKey(path: string, { name }: Excerpt): string {
  return `${name} of ${path}`;
}
