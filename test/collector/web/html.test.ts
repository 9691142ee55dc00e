import { describe, expect, test } from 'vitest';
import { html, showHtml } from '../../../collector/web/html.ts';

describe('a value in a template', () => {
  test.each([
    ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['" onload="x', '&quot; onload=&quot;x'],
    ["' & '", '&#39; &amp; &#39;'],
    ['&lt;', '&amp;lt;'],
    ['a\u0000b\u001b[2J', 'a\ufffdb\ufffd[2J'],
    ['a\u202egro.elpmaxe', 'a\ufffdgro.elpmaxe'],
    ['half \ud800 a character', 'half \ufffd a character'],
    ['two\nlines\t\u00e9 \ud83d\ude00', 'two\nlines\t\u00e9 \ud83d\ude00'],
  ])('%j becomes %j', (value, text) => {
    expect(showHtml(html`<p title="${value}">${value}</p>`)).toBe(`<p title="${text}">${text}</p>`);
  });

  test('that is html, a list, a number or nothing goes in as it is', () => {
    const inner = html`<b>${'<'}</b>`;
    expect(showHtml(html`${inner}${[inner, 'a<']}${0}${null}`)).toBe(
      '<b>&lt;</b><b>&lt;</b>a&lt;0',
    );
  });

  test('that only looks like html does not pass for it', () => {
    const forged = JSON.parse('{"markup":"<b>","Symbol(markup)":"<b>"}');
    expect(() => showHtml(html`${forged}`)).toThrow(TypeError);
  });
});
