import { describe, expect, test } from 'vitest';
import {
  parseVerifyMessages,
  parseVerifyOutput,
  type VerifyFinding,
} from '../../shared/ganeti-verify.ts';

const none = { code: null, kind: null, name: null };

describe('a line of verify', () => {
  test.each<[string, string, VerifyFinding]>([
    [
      'an error with its code',
      '  - ERROR:ENODELVM:node:n2.example.org:volume group gnt missing',
      {
        severity: 'error',
        code: 'ENODELVM',
        kind: 'node',
        name: 'n2.example.org',
        message: 'volume group gnt missing',
      },
    ],
    [
      'a warning about the cluster, which is called None',
      '  - WARNING:ECLUSTERCERT:cluster:None:/var/lib/ganeti/server.pem: expires in 12 days',
      {
        severity: 'warning',
        code: 'ECLUSTERCERT',
        kind: 'cluster',
        name: null,
        message: '/var/lib/ganeti/server.pem: expires in 12 days',
      },
    ],
    [
      'colons in the text, and no space behind them',
      '  - ERROR:ECLUSTERCLIENTCERT:node:n1:digest 00:11:22 is not aa:bb:cc',
      {
        severity: 'error',
        code: 'ECLUSTERCLIENTCERT',
        kind: 'node',
        name: 'n1',
        message: 'digest 00:11:22 is not aa:bb:cc',
      },
    ],
    [
      'a node that is named by its UUID',
      '  - WARNING:ENODEDRBDHELPER:node:1aa1ff2a-f468-4362-9e2c-4e9f7576e8ca:DRBD version mismatch',
      {
        severity: 'warning',
        code: 'ENODEDRBDHELPER',
        kind: 'node',
        name: '1aa1ff2a-f468-4362-9e2c-4e9f7576e8ca',
        message: 'DRBD version mismatch',
      },
    ],
    [
      'a node group',
      '  - ERROR:EGROUPDIFFERENTPVSIZE:group:default:PVs differ',
      {
        severity: 'error',
        code: 'EGROUPDIFFERENTPVSIZE',
        kind: 'group',
        name: 'default',
        message: 'PVs differ',
      },
    ],
    [
      'a text over two lines',
      '  - ERROR:ENODESSH:node:n1:ssh says:\nPermission denied',
      {
        severity: 'error',
        code: 'ENODESSH',
        kind: 'node',
        name: 'n1',
        message: 'ssh says:\nPermission denied',
      },
    ],
    [
      'an error without a code',
      '  - ERROR: node n1.example.org: node setup error: no /proc',
      {
        severity: 'error',
        code: null,
        kind: 'node',
        name: 'n1.example.org',
        message: 'node setup error: no /proc',
      },
    ],
    [
      'an error of the cluster without a code, which leaves the name empty',
      '  - ERROR: cluster : file differs: /etc/hosts',
      {
        severity: 'error',
        code: null,
        kind: 'cluster',
        name: null,
        message: 'file differs: /etc/hosts',
      },
    ],
    [
      'a warning said aside, one space in',
      ' - WARNING: Communication failure to node 1aa1: Error 7',
      { ...none, severity: 'warning', message: 'Communication failure to node 1aa1: Error 7' },
    ],
    [
      'an error about a kind of object that is not known',
      '  - ERROR: network blue: gone',
      { ...none, severity: 'error', message: 'network blue: gone' },
    ],
  ])('%s', (_title, line, finding) => {
    expect(parseVerifyMessages([line]).findings).toEqual([finding]);
  });

  test.each([
    ['output of a hook, though it looks like a finding', '      - ERROR:ENODELVM:node:n1:text'],
    ['output of a hook over lines', '      one\n      - ERROR: node n1: two'],
    ['an empty one', ''],
    ['one of another program', 'ERROR:ENODELVM:node:n1:text'],
    ['a code in the wrong case', '  - error:ENODELVM:node:n1:text'.replace('  - ', '')],
  ])('%s is no finding', (_title, line) => {
    expect(parseVerifyMessages([line])).toEqual({
      findings: [],
      remarks: [],
      sections: [],
      jobIds: [],
    });
  });

  test('notices and the assessment of parameters are remarks', () => {
    const messages = [
      '* Assessing cluster hypervisor parameters',
      "  - cpu_type is currently unset and defaults to 'qemu64'",
      '* Other Notes',
      '  - NOTICE: 1 non-redundant instance(s) found.',
    ];
    expect(parseVerifyMessages(messages)).toEqual({
      findings: [],
      remarks: [
        "cpu_type is currently unset and defaults to 'qemu64'",
        '1 non-redundant instance(s) found.',
      ],
      sections: ['Assessing cluster hypervisor parameters', 'Other Notes'],
      jobIds: [],
    });
  });
});

describe('the output in a terminal', () => {
  const output = [
    'Submitted jobs 25, 26',
    'Waiting for job 25 ...',
    'Sun Nov  1 06:34:26 2026 * Verifying cluster config',
    'Sun Nov 22 06:34:36 2026   - ERROR:ENODEHOOKS:node:n1:Script 50-x failed, output:',
    'Sun Nov 22 06:34:36 2026       first line of the hook',
    '      - ERROR:ENODELVM:node:n1:the second one',
    'Sun Nov 22 06:34:37 2026 * Hooks Results',
  ];
  const expected = {
    findings: [
      {
        severity: 'error',
        code: 'ENODEHOOKS',
        kind: 'node',
        name: 'n1',
        message: 'Script 50-x failed, output:',
      },
    ],
    remarks: [],
    sections: ['Verifying cluster config', 'Hooks Results'],
    jobIds: [25, 26],
  };

  test.each([
    ['as it stands', output.join('\n')],
    ['with the line ends of Windows', `${output.join('\r\n')}\r\n`],
    ['without the times', output.map((line) => line.replace(/^\w+ \w+ .{16} /, '')).join('\n')],
  ])('is read %s', (_title, text) => {
    expect(parseVerifyOutput(text)).toEqual(expected);
  });

  test('lines of other programs around it change nothing', () => {
    const text = ['root@n1:~# gnt-cluster verify', ...output, 'root@n1:~# echo', 'exit 1'];
    expect(parseVerifyOutput(text.join('\n'))).toEqual(expected);
  });

  test('a run that was cut off lacks its last section', () => {
    expect(parseVerifyOutput(output.slice(0, 4).join('\n'))?.sections).toEqual([
      'Verifying cluster config',
    ]);
  });

  test.each([
    ['nothing', ''],
    ['text of another kind', 'ganeti01|10.0.0.1|M\nganeti02|10.0.0.2|C\n'],
    ['a finding alone', '  - ERROR:ENODELVM:node:n1:text'],
    ['binary data', '\0\u0001\ufffd'.repeat(1000)],
  ])('%s is no run of verify', (_title, text) => {
    expect(parseVerifyOutput(text)).toBeNull();
  });
});
