import { z } from 'zod';
import { type Configured, type Layer, problemOf, type Setting } from './configuration.ts';
import { CommandError } from './exit.ts';
import { parseYamlFile, placesIn, showProblem } from './yaml-file.ts';

/** What a configuration file says, each value with its line; so is every mistake named. */
export function fileLayer(settings: readonly Setting[], text: string, file: string): Layer {
  const result = parseYamlFile(text, { file, schema: schemaOf(settings), empty: {} });
  if (!result.ok) {
    throw new CommandError('badConfiguration', result.problems.map(showProblem).join('\n'));
  }
  const places = placesIn(text);
  const layer = new Map<string, Configured>();
  for (const [key, value] of Object.entries(result.value)) {
    if (value === undefined) continue;
    const line = places.of([key])?.line;
    layer.set(key, { value, origin: line === undefined ? file : `${file}:${line}` });
  }
  return layer;
}

function schemaOf(settings: readonly Setting[]) {
  return z.strictObject(
    Object.fromEntries(settings.map((setting) => [setting.key, schemaOfValue(setting).optional()])),
    'expected keys, each with a value',
  );
}

function schemaOfValue(setting: Setting): z.ZodType<string | boolean> {
  if (setting.flag) return z.boolean('expected true or false');
  return z
    .union([z.string(), z.int()], 'expected a text')
    .refine((value) => value !== '', 'expected a text')
    .transform(String)
    .superRefine((text, context) => {
      const problem = problemOf(setting, text);
      if (problem === null) return;
      const { message, secret } = problem;
      // a problem of the key is told without what was found
      context.addIssue({ code: 'custom', message, params: { ofKey: secret } });
    });
}
