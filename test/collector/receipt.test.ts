import { writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Receipt } from '../../collector/receipt.ts';
import { receiptScene, type Scene } from './commands/receipt-scene.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await receiptScene();
});

/** Every place in a value where a text, number, boolean or null stands. */
function leaves(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

/** A copy with another value of the same form at a place. */
function tampered(value: unknown, [key, ...rest]: string[]): unknown {
  if (key === undefined) return other(value);
  const entries = Object.entries(value as object).map(([name, inner]) =>
    name === key ? [name, tampered(inner, rest)] : [name, inner],
  );
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

const exchanges: Record<string, string> = {
  undecided: 'open',
  fail: 'warn',
  health: 'install',
  'storage.size': 'storage.free',
  '1h': '2h',
  '2026-03-01T02:48:00Z': '2026-03-01T02:48:01Z',
  '2026-03-01T03:00:00.000Z': '2026-03-01T03:10:00.000Z',
};

function other(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  const text = String(value);
  if (text.startsWith('sha256:')) return `sha256:${text.slice(7).split('').reverse().join('')}`;
  return exchanges[text] ?? `${text}x`;
}

describe('a receipt that was tampered with', () => {
  test('at any place is found out by its own digest, or is no receipt', async () => {
    const original = scene.recorded();
    const places = leaves(original);
    const passed: string[] = [];
    for (const place of places) {
      writeFileSync(scene.receipt, JSON.stringify(tampered(original, place)));
      const { code } = await scene.check(...scene.all());
      if (code !== 2 && code !== 65) passed.push(`${place.join('.')}: ${code}`);
    }
    expect(places).toHaveLength(29);
    expect(passed).toEqual([]);
  });

  test('is found out by what is derived anew, though its own digest was made anew', async () => {
    const original = scene.recorded();
    const passed: string[] = [];
    for (const place of leaves(original).filter(([first]) => first !== 'digest')) {
      scene.forge(tampered(original, place) as Receipt);
      const { code } = await scene.check(...scene.all());
      if (code !== 2 && code !== 65) passed.push(`${place.join('.')}: ${code}`);
    }
    expect(passed).toEqual([]);
  });

  test('to say another verdict is told so', async () => {
    const original = scene.recorded();
    scene.forge({
      ...original,
      answer: { ...original.answer, state: 'open', exit: 'open', code: 0 },
    });
    expect(await scene.check(...scene.all())).toEqual({
      code: 2,
      stdout:
        'differs  the verdict: recorded open, derived undecided\n' +
        'differs  the exit: recorded open (0), derived undecided (3)\n',
      stderr: '',
    });
  });

  test('shows no control character of what it says', async () => {
    const original = scene.recorded();
    const [first] = original.inputs.reports;
    if (first === undefined) throw new Error('the receipt has no reports');
    const reports = [{ ...first, node: '\u001b[2J\nequal' }];
    scene.forge({ ...original, inputs: { ...original.inputs, reports } });
    const { stdout } = await scene.check(...scene.all());
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});
