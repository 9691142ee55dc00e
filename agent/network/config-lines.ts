import { textLines } from '../parse.ts';

/** A line of a configuration file, joined with those that continue it. */
export interface ConfigLine {
  /** where it begins, counted from 1 */
  number: number;
  /** without the blanks around it; empty where a line before it has taken this one */
  text: string;
}

/**
 * One for each line of the file, those that end with a backslash joined with the next one; comments
 * (lines that begin with one of `comments`) and what continues another line are empty.
 */
export function configLines(text: string, what: string, comments: string): ConfigLine[] {
  const joined: ConfigLine[] = [];
  let open: ConfigLine | null = null;
  for (const [index, raw] of textLines(text, what).entries()) {
    const line: ConfigLine = { number: index + 1, text: '' };
    joined.push(line);
    const isComment = comments.includes(raw.trim()[0] ?? ' ');
    if (open === null && isComment) continue;
    const continues = raw.endsWith('\\');
    const part = (continues ? raw.slice(0, -1) : raw).trim();
    const owner: ConfigLine = open ?? line;
    owner.text = `${owner.text} ${part}`.trim();
    open = continues ? owner : null;
  }
  return joined;
}
