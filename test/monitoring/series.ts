import { renderPrometheus } from '../../shared/render/prometheus.ts';
import { seedReport } from '../collector/seed-cluster.ts';
import { openTestApp } from '../collector/test-app.ts';
import { closedGate, warningAudit } from '../shared/render/answers.ts';

/** Metrics by name, each with the values that its labels were seen to have. */
export type Printed = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;

/** What others than we print and what our alerts rest on, too. */
const FOREIGN = [
  'up{job="muster",instance="collector"} 1',
  'node_systemd_unit_state{name="muster-agent.service",state="failed",instance="node"} 0',
];

/** Every series of a collector that took a delivery, and of both kinds of textfiles. */
export async function printedSeries(): Promise<Printed> {
  const target = { url: new URL('http://127.0.0.1/'), secrets: [] };
  const { app, as, deliver } = await openTestApp({ webhook: target });
  const report = seedReport(1);
  const spool = { dropped: 1, aside: 2 };
  const answer = await deliver({ ...report, agent: { ...report.agent, spool } });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  const metrics = await app.inject({ url: '/metrics', headers: as.reader });
  if (metrics.statusCode !== 200) throw new Error(metrics.body);
  const texts = [metrics.body, renderPrometheus(closedGate), renderPrometheus(warningAudit)];
  return labelled([...texts.flatMap((text) => text.split('\n')), ...FOREIGN]);
}

/** The selectors of an expression as `[metric, [label, operator, value][]]`. */
export function selectorsOf(expr: string): [string, [string, string, string][]][] {
  const found = expr.matchAll(/\b((?:muster|node)_\w+|up)\b(?:\{([^}]*)\})?/g);
  return [...found].map(([, name = '', matchers = '']) => [
    name,
    [...matchers.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)].map(
      ([, label = '', operator = '', value = '']) => [label, operator, value],
    ),
  ]);
}

/** What an expression names and nobody prints: a metric, a label, or a value of it. */
export function unknownTo(printed: Printed, expr: string): string[] {
  return selectorsOf(expr).flatMap(([name, matchers]) => {
    const labels = printed.get(name);
    if (labels === undefined) return [name];
    return matchers.flatMap(([label, operator, value]) => {
      const values = labels.get(label);
      if (values === undefined) return [`${name}{${label}}`];
      if (FREE.has(label)) return [];
      const wanted = operator.endsWith('~') ? value.split('|') : [value];
      return wanted.filter((one) => !values.has(one)).map((one) => `${name}{${label}="${one}"}`);
    });
  });
}

/** Their values are names of machines and clusters. */
const FREE = new Set(['cluster', 'node', 'instance']);

function labelled(lines: readonly string[]): Printed {
  const printed = new Map<string, Map<string, Set<string>>>();
  for (const line of lines) {
    const [, name, labels = ''] = /^([a-z]\w*)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    if (name === undefined) continue;
    const known = printed.get(name) ?? new Map<string, Set<string>>();
    printed.set(name, known);
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="([^"]*)"/g)) {
      known.set(label, (known.get(label) ?? new Set()).add(value));
    }
  }
  return printed;
}
