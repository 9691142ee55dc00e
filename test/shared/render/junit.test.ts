import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderJunit } from '../../../shared/render/junit.ts';
import { visible } from '../../../shared/render/safe.ts';
import { answersSaying, closedGate, finding, gateOf, hostile, options } from './answers.ts';
import { elementsNamed, parseXml, type XmlElement } from './xml.ts';

/** What Jenkins' JUnit schema allows of what we write: attributes needed, others, and children. */
const schema: Record<string, { needs: string[]; may: string[]; children: string[] }> = {
  testsuites: {
    needs: [],
    may: ['name', 'time', 'tests', 'failures', 'disabled', 'errors'],
    children: ['testsuite'],
  },
  testsuite: {
    needs: ['name'],
    may: ['tests', 'failures', 'errors', 'time', 'skipped', 'timestamp', 'hostname', 'id'],
    children: ['properties', 'testcase', 'system-out', 'system-err'],
  },
  testcase: {
    needs: ['name', 'classname'],
    may: ['time', 'status', 'assertions'],
    children: ['skipped', 'error', 'failure', 'system-out', 'system-err'],
  },
  failure: { needs: [], may: ['type', 'message'], children: [] },
  error: { needs: [], may: ['type', 'message'], children: [] },
  skipped: { needs: [], may: [], children: [] },
  'system-out': { needs: [], may: [], children: [] },
};

function violations(element: XmlElement): string[] {
  const rule = schema[element.name];
  if (rule === undefined) return [`no element ${element.name}`];
  const names = Object.keys(element.attributes);
  return [
    ...rule.needs.filter((name) => !names.includes(name)),
    ...names.filter((name) => ![...rule.needs, ...rule.may].includes(name)),
    ...element.children.map(({ name }) => name).filter((name) => !rule.children.includes(name)),
    ...element.children.flatMap(violations),
  ];
}

/** Counts the cases of a suite by what is in them, in the words of its attributes. */
function counted(suite: XmlElement): Record<string, string> {
  const having = (name: string) => String(elementsNamed(suite, name).length);
  return {
    tests: having('testcase'),
    failures: having('failure'),
    errors: having('error'),
    skipped: having('skipped'),
  };
}

describe('JUnit XML', () => {
  test.each([closedGate, ...answersSaying(hostile)])('keeps to the schema (%#)', (answer) => {
    const document = parseXml(renderJunit(answer, options));

    expect(document.name).toBe('testsuites');
    expect(violations(document)).toEqual([]);
    for (const suite of document.children) expect(suite.attributes).toMatchObject(counted(suite));
    const { skipped: _, ...totals } = counted(document);
    expect(document.attributes).toMatchObject(totals);
  });

  test('has a suite for each node and one for what is across them', () => {
    const suites = parseXml(renderJunit(closedGate, options)).children;

    expect(suites.map(({ attributes }) => [attributes.name, attributes.hostname])).toEqual([
      ['node1.example.org', 'node1.example.org'],
      ['node2.example.org', 'node2.example.org'],
      ['node3.example.org', 'node3.example.org'],
      ['across the nodes', undefined],
    ]);
    expect(suites[0]?.attributes.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  });

  test.each([
    ['pass', undefined],
    ['skip', 'skipped'],
    ['warn', 'system-out'],
    ['unknown', 'error'],
    ['fail', 'failure'],
  ] as const)('shows %s as %s', (verdict, element) => {
    const text = renderJunit(gateOf([finding(verdict)], 'closed'), options);
    const [testcase] = elementsNamed(parseXml(text), 'testcase');

    expect(testcase?.children.map(({ name }) => name)).toEqual(element ? [element] : []);
  });

  test('fails a warning when warnings fail the run, but never a waived one', () => {
    const waived = { owner: 'a', reason: 'r', expires: '2026-12-01T00:00:00Z' };
    const gate = gateOf([finding('warn'), finding('warn', { waived })], 'open');
    const document = parseXml(renderJunit(gate, { ...options, failOn: 'warn' }));
    const cases = elementsNamed(document, 'testcase');

    expect(document.attributes).toMatchObject({ tests: '2', failures: '1', errors: '0' });
    expect(cases.map(({ children }) => children.map(({ name }) => name))).toEqual([
      ['failure'],
      ['skipped'],
    ]);
  });

  test('brings a hostile message through whole', () => {
    const gate = gateOf([finding('fail', { message: hostile })], 'closed');
    const [failure] = elementsNamed(parseXml(renderJunit(gate, options)), 'failure');

    expect(failure?.attributes.message).toBe(visible(hostile));
    expect(failure?.text).toBe(visible(hostile));
  });
});

test('JUnit XML is well-formed whatever the texts in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
      for (const answer of answersSaying(text)) parseXml(renderJunit(answer, options));
    }),
  );
});

describe('the strict reader', () => {
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
  test.each([
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a b="1" b="2"/>',
    '<a>&</a>',
    '<a>]]></a>',
    '<a b=1/>',
    '<a>\u0001</a>',
    '<a>\ufffe</a>',
    '<a/>text',
    '<a b="<"/>',
  ])('refuses %j', (body) => {
    expect(() => parseXml(head + body)).toThrow();
  });
});
