import { describe, expect, test } from 'vitest';
import { defaultPolicy, policyNames } from '../../shared/policy.ts';
import { parsePolicy, showProblem } from '../../shared/policy-file.ts';
import { GIB, MIB } from '../../shared/units.ts';

function problems(text: string): string[] {
  const result = parsePolicy(text, 'cluster.yaml');
  return result.ok ? [] : result.problems.map(showProblem);
}

describe('a policy file', () => {
  test('that is empty gives the values of the guide', () => {
    const result = parsePolicy('', 'cluster.yaml');
    expect(result).toEqual({ ok: true, policy: defaultPolicy() });
    const { storage, network } = defaultPolicy();
    expect(storage.volumeGroup).toBe('gnt');
    expect(storage.minimumSize).toBe(20480 * MIB);
    expect(network.bridges).toEqual([
      { name: 'br0', hostAddress: true, uplink: true, vlanAware: false },
    ]);
  });

  test('may be JSON, since JSON is YAML', () => {
    const result = parsePolicy('{"storage": {"minimumFree": "5 GiB"}}', 'cluster.json');
    expect(result.ok && result.policy.storage.minimumFree).toBe(5 * GIB);
  });

  test('may say how grave what a check finds is', () => {
    const result = parsePolicy('severity: {storage.size: warn, "cpu.*": fail}', 'cluster.yaml');
    expect(result.ok && result.policy.severity).toEqual({
      'storage.size': 'warn',
      'cpu.*': 'fail',
    });
  });

  test('names a check that does not exist with its line, when the checks are known', () => {
    const text = 'severity:\n  storage.size: warn\n  storage.sise: warn\n';
    const result = parsePolicy(text, 'cluster.yaml', (check) =>
      check === 'storage.sise' ? 'no such check (did you mean "storage.size"?)' : null,
    );
    expect(result.ok ? [] : result.problems.map(showProblem)).toEqual([
      'cluster.yaml:3:3: severity.storage.sise: no such check (did you mean "storage.size"?)',
    ]);
  });

  const wrong: [string, string, string[]][] = [
    [
      'an unknown key has the nearest known one, with line and column',
      'cluster:\n  name: c\n  adress: 192.0.2.4\n',
      ['cluster.yaml:3:3: cluster.adress: unknown key; did you mean "address"?'],
    ],
    [
      'an unknown key with nothing near has the known ones',
      'cluster:\n  zzzzzzzz: 1\n',
      [
        'cluster.yaml:2:3: cluster.zzzzzzzz: unknown key; known here: ' +
          'name, address, sshSetup, etcHosts',
      ],
    ],
    [
      'a severity that would hide is refused',
      'severity:\n  storage.size: skip\n',
      ['cluster.yaml:2:3: severity.storage.size: expected "fail" or "warn"; found "skip"'],
    ],
    [
      'an address out of range is shown',
      'nodes:\n  - name: a\n    address: 192.0.2.999\n',
      ['cluster.yaml:3:5: nodes[0].address: expected an IPv4 or IPv6 address; found "192.0.2.999"'],
    ],
    [
      'a size without a unit is refused',
      'storage:\n  minimumFree: "20"\n',
      [
        'cluster.yaml:2:3: storage.minimumFree: expected a size with a unit, such as "20 GiB"; ' +
          'found "20"',
      ],
    ],
    [
      'a list where a mapping belongs',
      '- 1\n',
      ['cluster.yaml: expected object, received array; found [1]'],
    ],
  ];
  test.each(wrong)('%s', (_title, text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  test('every problem is told, not only the first', () => {
    const text = 'bogus: 1\nnodes:\n  - address: x\n';
    expect(problems(text)).toHaveLength(3);
  });

  test.each(['a: [b', '\t- x', 'a: 1\na: 2\n'])('that is no YAML says where: %j', (text) => {
    expect(problems(text)[0]).toMatch(/^cluster\.yaml:\d+:\d+: /);
  });
});

test('the names to resolve are the nodes, then the cluster, each once', () => {
  const text = 'cluster: {name: c}\nnodes: [{name: a}, {name: b}, {name: a}]\n';
  const result = parsePolicy(text, 'cluster.yaml');
  expect(result.ok && policyNames(result.policy)).toEqual(['a', 'b', 'c']);
});
