import { exitCodes } from '../../shared/exit.ts';
import { bold, item, paragraph, verbatim } from './roff.ts';

const meanings: Record<keyof typeof exitCodes, string> = {
  open: 'All is well, or what was asked for is done; warnings are allowed.',
  warnings: 'Warnings, with --fail-on warn or --format nagios.',
  closed: 'At least one failure that no waiver covers.',
  undecided: 'Evidence is missing, too old or could not be read: it cannot be told.',
  usage: 'The command line is wrong.',
  badData: 'An input is not what it should be.',
  noInput: 'An input is not there.',
  unavailable: 'A service cannot be reached or used.',
  internal: 'A bug of the program.',
  tryAgain: 'It may go well later.',
  noPermission: 'It is not allowed.',
  badConfiguration: 'A configuration, a policy or waivers are wrong.',
};

/** What every command ends with. */
export const exitParts = [
  paragraph(
    'Where several apply, 2 goes over 3 and 3 over 1. The code never depends on the format.',
  ),
  ...Object.entries(exitCodes).map(([name, code]) =>
    item(bold(String(code)), meanings[name as keyof typeof exitCodes]),
  ),
];

export const environmentParts = [
  paragraph(
    'Every setting of muster.yaml(5) may be set by a variable: MUSTER_ and its key in capitals.',
  ),
  item(bold('NO_COLOR'), 'When not empty, no colour, unless --color always says otherwise.'),
];

export const agentTexts = {
  summary: 'reads a host for Muster, judges it, delivers what it read',
  description: [
    paragraph(
      'muster-agent runs on every node of a Ganeti cluster, or on a machine that is to become ' +
        'one. It reads the hardware and the setup (facts), and judges its own node by a ' +
        'policy or ' +
        'delivers a report to the collector. It changes nothing on the machine and listens ' +
        'nowhere.',
    ),
    paragraph('Run it as root: what only root may read stays unknown otherwise, and it says so.'),
  ],
  examples: [
    paragraph('Judge this machine by what the policy wants it to be:'),
    verbatim('muster-agent audit --policy cluster.yaml'),
    paragraph('Vet a machine over ssh, with nothing installed there but Node 18:'),
    verbatim('ssh node1 node - report < muster-agent.js > reports/node1.json'),
    paragraph('Enrol this node, and have the timer deliver from then on:'),
    verbatim(
      'muster-agent enroll --collector https://muster.example.org:8470 \\\n' +
        '    --ca ca.crt --token-file token\nsystemctl enable --now muster-agent.timer',
    ),
    paragraph('Have "gnt-cluster verify" turn red when this node has a failure:'),
    verbatim('muster-agent hook enable cluster-verify'),
  ],
  hooks: [
    paragraph(
      'Ganeti runs scripts of ours when they are enabled, one node at a time, and never ' +
        'otherwise. ' +
        'Each names itself as made by "muster-agent hook enable"; what somebody else put in its ' +
        'place is never touched.',
    ),
    item(
      bold('cluster-verify'),
      'After "gnt-cluster verify", on each node where it is enabled: runs "audit" with the ' +
        'policy ' +
        'of /etc/muster/agent.yaml, within 30 s. A failure turns verify red and prints our ' +
        'lines. ' +
        'So does an agent that cannot work. What is only unknown does not: verify tells what is ' +
        'wrong, and the gates of muster(1) stay undecided on it; a line goes to syslog.',
    ),
    item(
      bold('instance-migrate'),
      'Before a live migration, on the master: asks "muster migration" whether the target can ' +
        'run ' +
        'the CPU type that the guest is configured with, and refuses when it cannot. When nobody ' +
        'can tell, or the collector does not answer, it lets pass with a line in syslog: a ' +
        'failing ' +
        'node must be emptied all the same. A guest keeps the type it was started with: after a ' +
        'change of cpu_type, restart it before you rely on this. On the master, muster needs ' +
        'collector, cluster and token-file in /etc/muster/collector.yaml.',
    ),
    item(
      bold('restricted-command'),
      '"gnt-node restricted-command muster-report NODE" prints the report of a node. Ganeti must ' +
        'have been built with restricted commands, and ends any after 10 s.',
    ),
  ],
  files: [
    item(bold('/etc/muster/agent.yaml'), 'Settings; see muster.yaml(5).'),
    item(bold('/var/lib/muster-agent'), 'Key, spool of reports not delivered, answers of QEMU.'),
    item(bold('/etc/ganeti/hooks'), 'Where enabled scripts stand.'),
  ],
  seeAlso: 'muster(1), muster.yaml(5), muster-policy(5), muster-checks(7)',
};

export const musterTexts = {
  summary: 'judges a Ganeti cluster from the reports of its nodes',
  description: [
    paragraph(
      'muster answers whether machines are fit to be a Ganeti cluster, with evidence: before the ' +
        'install, on a schedule, and as a gate before maintenance. It judges report files and ' +
        'folders as they are, or asks a collector, which "muster serve" is. Unknown is never ' +
        'better than known: a node that did not report leaves a gate undecided.',
    ),
  ],
  announcements: [
    paragraph(
      '"muster serve" announces when the verdict of a gate changes (verdict.opened, ' +
        'verdict.closed, verdict.undecided), when the reports of a node stop or come again ' +
        '(node.overdue, node.reporting), when the facts of a node change (drift), and when ' +
        'another cpu_type is recommended (recommendation.changed). What was announced is at ' +
        '/api/v1/events?after=ID, for reader tokens; --webhook has it sent as well.',
    ),
    paragraph(
      'A webhook gets a POST for each event, one after another in their order, signed as ' +
        'standardwebhooks.com describes it: webhook-signature is "v1," and the base64 of ' +
        'HMAC-SHA256 over webhook-id, ".", webhook-timestamp, "." and the body. The secret is a ' +
        'line "whsec_" and the base64 of 24 to 64 bytes; with two lines each event is signed by ' +
        'both, so that a receiver can go from one to the other. The file must be readable by its ' +
        'owner alone.',
    ),
    paragraph(
      'Any 2xx within 10 seconds takes the event. All else is tried again, after up to an hour ' +
        'and as Retry-After asks; redirects are not followed. After 410 nothing more is sent ' +
        'until a restart. Three days old an event is given up. The same event may come twice, ' +
        'with the same webhook-id. A new URL is told of nothing that was before it.',
    ),
  ],
  examples: [
    paragraph('Are three machines fit, from three files and without a server?'),
    verbatim('muster verify --gate install --policy cluster.yaml reports/'),
    paragraph('The best cpu_type that every node can run:'),
    verbatim('muster cpu-type --explain reports/'),
    paragraph('The commands that make the cluster of these machines, as one script:'),
    verbatim('muster plan --policy cluster.yaml --format sh reports/ > plan.sh'),
    paragraph('May node2 be drained now? For a script or a pipeline:'),
    verbatim('muster verify --gate maintenance -o junit:muster.xml || exit'),
    paragraph('Let a node enrol, once and within the hour:'),
    verbatim('muster token create --cluster c1 --node node1.example.org > token'),
    paragraph('A secret for a webhook, for both sides:'),
    verbatim('(umask 077; echo "whsec_$(openssl rand -base64 32)" > webhook.secret)'),
  ],
  files: [
    item(bold('/etc/muster/collector.yaml'), 'Settings; see muster.yaml(5).'),
    item(bold('/var/lib/muster'), 'The database of the collector, as its unit has it.'),
  ],
  seeAlso: 'muster-agent(1), muster.yaml(5), muster-policy(5), muster-checks(7)',
};
