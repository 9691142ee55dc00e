import type { Question } from './conformance.ts';

/** What every host must answer about commands. */
export function runQuestions(): Question[] {
  return [...outcomeQuestions(), ...inputQuestions(), ...limitQuestions()];
}

function outcomeQuestions(): Question[] {
  const shell = (title: string, script: string, answer: unknown): Question => ({
    title,
    ask: (host) => host.run('sh', ['-c', script]),
    answer,
  });
  return [
    shell('both outputs of a command', 'echo out; echo err >&2', {
      stdout: 'out\n',
      stderr: 'err\n',
      code: 0,
    }),
    shell('the environment is cleared', 'env | sort | grep -v -e ^PWD= -e ^SHLVL= -e ^_=', {
      stdout: 'HOME=/\nLC_ALL=C\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\n',
      stderr: '',
      code: 0,
    }),
    shell('an exit code that is no answer', 'echo first >&2; echo second >&2; exit 3', {
      kind: 'exit_code',
      source: 'sh -c echo first >&2; echo second >&2; exit 3',
      message: 'sh -c echo first >&2; echo second >&2; exit 3: exit code 3: first',
    }),
    shell('the signal that ended a command', 'kill -SEGV $$', {
      kind: 'exit_code',
      source: 'sh -c kill -SEGV $$',
      message: 'sh -c kill -SEGV $$: exit code 139',
    }),
    {
      title: 'an exit code that is an answer',
      ask: (host) => host.run('sh', ['-c', 'exit 5'], { okCodes: [5] }),
      answer: { stdout: '', stderr: '', code: 5 },
    },
  ];
}

function inputQuestions(): Question[] {
  return [
    {
      title: 'arguments reach the command as they are',
      ask: (host) => host.run('printf', ['%s\n', '$HOME; *', '']),
      answer: { stdout: '$HOME; *\n\n', stderr: '', code: 0 },
    },
    {
      title: 'input reaches the command',
      ask: (host) => host.run('tr', ['a-z', 'A-Z'], { input: 'text' }),
      answer: { stdout: 'TEXT', stderr: '', code: 0 },
    },
    {
      title: 'other input to the same command is another question',
      ask: (host) => host.run('tr', ['a-z', 'A-Z'], { input: 'other' }),
      answer: { stdout: 'OTHER', stderr: '', code: 0 },
    },
    {
      title: 'a command need not read its input',
      ask: (host) => host.run('true', [], { input: 'x'.repeat(1_000_000) }),
      answer: { stdout: '', stderr: '', code: 0 },
    },
  ];
}

function limitQuestions(): Question[] {
  return [
    {
      title: 'a missing command',
      ask: (host) => host.run('muster-none', ['--version']),
      answer: {
        kind: 'not_found',
        source: 'muster-none --version',
        message: 'muster-none: no such command',
      },
    },
    {
      title: 'a file that is no program',
      ask: (host) => host.run('/etc/passwd', []),
      answer: { kind: 'denied', source: '/etc/passwd', message: 'spawn /etc/passwd EACCES' },
    },
    {
      title: 'a command that does not end',
      ask: (host) => host.run('sleep', ['30'], { timeoutMs: 50 }),
      answer: {
        kind: 'timed_out',
        source: 'sleep 30',
        message: 'sleep 30: no end within 50 ms',
      },
    },
    {
      title: 'an output without end',
      ask: (host) => host.run('yes', [], { maxBytes: 1000 }),
      answer: { kind: 'too_large', source: 'yes', message: 'yes: more than 1000 bytes' },
    },
    {
      title: 'an error output without end',
      ask: (host) => host.run('sh', ['-c', 'exec yes >&2'], { maxBytes: 1000 }),
      answer: {
        kind: 'too_large',
        source: 'sh -c exec yes >&2',
        message: 'sh -c exec yes >&2: more than 1000 bytes',
      },
    },
  ];
}
