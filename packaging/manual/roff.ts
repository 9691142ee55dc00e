/** A page of the manual. */
export interface Page {
  name: string;
  section: 1 | 5 | 7;
  /** what the page is of, in a line */
  summary: string;
  sections: readonly (readonly [heading: string, parts: readonly string[]])[];
}

/** When the text was last looked through; changed with the version, so that builds are equal. */
const DATE = '2026-11-22';

/** The page as man(7) text. */
export function roffOf({ name, section, summary, sections }: Page, version: string): string {
  return [
    `.TH ${name.toUpperCase()} ${section} "${DATE}" "Muster ${version}" "Muster manual"`,
    '.SH NAME',
    `${escaped(name)} \\- ${escaped(summary)}`,
    ...sections.flatMap(([heading, parts]) => [`.SH ${quoted(heading)}`, ...parts]),
    '',
  ]
    .join('\n')
    .replaceAll(FIRST_PARAGRAPH, '$1');
}

/** A heading begins a paragraph by itself; another there is a mistake to checkers of pages. */
const FIRST_PARAGRAPH = /^(\.S[HS] .*\n)\.PP\n/gm;

/** A paragraph. */
export function paragraph(text: string): string {
  return `.PP\n${line(text)}`;
}

/** A term and what it means; `term` is roff already. */
export function item(term: string, text: string): string {
  return `.TP\n${term}\n${line(text)}`;
}

/** Lines as they stand: a command, a file. */
export function verbatim(text: string): string {
  return ['.PP', '.RS 4', '.nf', ...text.split('\n').map(line), '.fi', '.RE'].join('\n');
}

/** A heading within a section. */
export function subheading(text: string): string {
  return `.SS ${quoted(text)}`;
}

export function bold(text: string): string {
  return `\\fB${escaped(text)}\\fR`;
}

export function italic(text: string): string {
  return `\\fI${escaped(text)}\\fR`;
}

/** What roff would take for a command is a text: leading dots and quotes, too. */
export function line(text: string): string {
  return text
    .split('\n')
    .map((one) => (/^[.']/.test(one) ? `\\&${escaped(one)}` : escaped(one)))
    .join('\n');
}

/** Characters that mean something to roff, or that it would make typographic, as themselves. */
export function escaped(text: string): string {
  return text.replaceAll(/[\\\-'`^~]/g, (character) => SPECIAL[character] ?? character);
}

const SPECIAL: Record<string, string> = {
  '\\': '\\e',
  '-': '\\-',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
};

function quoted(text: string): string {
  return `"${escaped(text).replaceAll('"', '\\(dq')}"`;
}
