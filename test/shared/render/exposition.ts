/** One sample line of the text format of Prometheus. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|$)/y;
const VALUE = /^-?\d+(\.\d+)?$/;

/**
 * A strict reader of version 0.0.4 that refuses what node_exporter's textfile reader refuses: a
 * family twice or apart, a sample without a type, a series twice, a broken label.
 */
export function parseExposition(text: string): Sample[] {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const samples: Sample[] = [];
  const seen = new Set<string>();
  const families = new Set<string>();
  let family = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const help = /^# HELP (\S+) (?!$)[^\\]*$/.exec(line);
    const type = /^# TYPE (\S+) gauge$/.exec(line);
    if (help) {
      family = help[1] ?? '';
      if (!NAME.test(family) || families.has(family)) throw new Error(`family: ${line}`);
    } else if (type) {
      if (type[1] !== family || families.has(family)) throw new Error(`type: ${line}`);
      families.add(family);
    } else {
      const sample = parseSample(line);
      if (sample.name !== family || !families.has(family)) throw new Error(`sample: ${line}`);
      const series = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
      if (seen.has(series)) throw new Error(`series twice: ${line}`);
      seen.add(series);
      samples.push(sample);
    }
  }
  return samples;
}

function parseSample(line: string): Sample {
  const match = /^([^\s{]+)\{(.*)\} (\S+)$/s.exec(line);
  const [, name = '', labelText = '', value = ''] = match ?? [];
  if (!match || !VALUE.test(value)) throw new Error(`no sample: ${line}`);
  const labels: Record<string, string> = {};
  for (let at = 0; at < labelText.length; ) {
    LABEL.lastIndex = at;
    const label = LABEL.exec(labelText);
    if (!label) throw new Error(`labels: ${line}`);
    const [whole, key = '', raw = ''] = label;
    if (key in labels) throw new Error(`label twice: ${line}`);
    labels[key] = raw.replaceAll(/\\(.)/gs, (_, one: string) => (one === 'n' ? '\n' : one));
    at += whole.length;
  }
  return { name, labels, value: Number(value) };
}
