import { expect, test } from 'vitest';
import { z } from 'zod';
import { ParseError } from '../../agent/host/host.ts';
import { parseJson } from '../../agent/json.ts';

const shape = z.object({ volumes: z.array(z.object({ minor: z.int() })) });

test('what the schema reads is given', () => {
  expect(parseJson('{"volumes":[{"minor":7,"more":true}]}', shape, 'the answer')).toEqual({
    volumes: [{ minor: 7 }],
  });
});

test.each([
  ['', 'the answer could not be read as JSON: it is empty'],
  ['{"volumes":[', 'the answer could not be read as JSON: it is damaged, cut off or not JSON'],
  ['[]', 'the answer is not as expected at the top'],
  ['{"volumes":[{"minor":"7"}]}', 'the answer is not as expected at volumes.0.minor'],
])('%j is refused with the place', (text, message) => {
  expect(() => parseJson(text, shape, 'the answer')).toThrow(ParseError);
  expect(() => parseJson(text, shape, 'the answer')).toThrow(message);
});
