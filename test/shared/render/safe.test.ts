import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { safeJson, visible } from '../../../shared/render/safe.ts';

/** Escape, C1 control, right-to-left override, zero-width space, line separator, lone surrogate. */
const HOSTILE = 'a\u001b[2Jb\u009bc\u202ed\u200be\u2028f\ud800g\r\nh\ti';

describe('text for a terminal', () => {
  test('shows every control and formatting character instead of sending it', () => {
    expect(visible(HOSTILE)).toBe(
      'a\\x1b[2Jb\\x9bc\\u{202e}d\\u{200b}e\\u{2028}f\\u{d800}g\\r\\nh\\ti',
    );
  });

  test('leaves what people write alone', () => {
    const text = 'Zürich 東京 2 × 64 GiB · „ok“ 🙂 C:\\n';

    expect(visible(text)).toBe(text);
  });

  test('is one line without control characters, whatever came in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visible(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
    );
  });
});

describe('JSON for a terminal', () => {
  test('holds the same data without a character that a terminal acts on', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (value) => {
        const text = safeJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
    );
    expect(JSON.parse(safeJson({ name: HOSTILE }))).toEqual({ name: HOSTILE });
  });
});
