/**
 * What a terminal would act on instead of showing: C0 and C1 controls, line separators, zero-width
 * and bidirectional formatting, lone surrogates. (Cc, Cf, Zl, Zp, Cs of Unicode.) And what is no
 * character at all, which XML refuses.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}]/gu;

/** The text with every control and formatting character spelled out, on one line. */
export function visible(text: string): string {
  return text.replaceAll(UNSAFE, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    if (character === '\r') return '\\r';
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${hex(code, 2)}` : `\\u{${hex(code, 4)}}`;
  });
}

/** JSON as `JSON.stringify` writes it, with what a terminal would act on escaped: equal data. */
export function safeJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  // The only control characters that JSON.stringify leaves bare outside strings are its newlines.
  return text.replaceAll(UNSAFE, (character) =>
    character === '\n'
      ? character
      : [...Array(character.length).keys()]
          .map((index) => `\\u${hex(character.charCodeAt(index), 4)}`)
          .join(''),
  );
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
