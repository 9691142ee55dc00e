import { describe, expect, test } from 'vitest';
import { formats } from '../../../shared/outputs.ts';
import { renderers } from '../../../shared/render/formats.ts';
import { answersSaying, closedGate, hostile, openGate, options, warningAudit } from './answers.ts';

const extensions: Record<string, string> = {
  junit: 'xml',
  tap: 'tap',
  nagios: 'nagios.txt',
  prometheus: 'prom',
  sarif: 'sarif.json',
  github: 'github.txt',
  markdown: 'md',
  html: 'html',
};
const answers = { 'gate-closed': closedGate, 'gate-open': openGate, 'audit-warning': warningAudit };

// text and json have golden files of their own, in text.test.ts and json.test.ts
describe.each(Object.entries(extensions))('the format %s', (format, extension) => {
  const render = Object.entries(renderers).find(([name]) => name === format)?.[1];

  test.each(Object.entries(answers))('reads as its golden file %s', async (name, answer) => {
    await expect(render?.(answer, options)).toMatchFileSnapshot(
      `../../golden/formats/${name}.${extension}`,
    );
  });
});

describe.each(formats)('the format %s', (format) => {
  test('is the same text for the same answer, and ends its last line', () => {
    const text = renderers[format](closedGate, options);

    expect(renderers[format](closedGate, options)).toBe(text);
    expect(text.at(-1)).toBe('\n');
  });

  test.each(answersSaying(hostile).map((answer) => [answer.kind, answer] as const))(
    'sends no control character of a hostile %s to whoever reads it',
    (_, answer) => {
      // Prometheus alone keeps its labels as they are: a name changed would be another series.
      if (format === 'prometheus') return;
      const text = renderers[format](answer, options);

      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    },
  );

  test('names the node, the check and the message of a failure, or counts it', () => {
    const text = renderers[format](closedGate, options);
    const said = ['storage.size', ...(format === 'prometheus' ? [] : ['node2', '19.9 GiB'])];

    expect(said.filter((word) => !text.includes(word))).toEqual([]);
  });
});
