import { allCards } from '../../collector/commands/cards.ts';
import { checks } from '../../shared/checks/index.ts';
import { settingsOf } from '../../shared/command-line.ts';
import { variableOf } from '../../shared/configuration.ts';
import { VERSION } from '../../shared/version.ts';
import { commandParts, optionItem, sentence } from './command-pages.ts';
import { policyParts } from './policy-page.ts';
import { agent, commandsBelow, muster, type Program } from './programs.ts';
import { bold, italic, item, type Page, paragraph, roffOf, subheading, verbatim } from './roff.ts';
import { agentTexts, environmentParts, exitParts, musterTexts } from './texts.ts';

/** Every page of the manual, by the name of its file. */
export function manualPages(): Record<string, string> {
  const pages = [agentPage(), musterPage(), settingsPage(), policyPage(), checksPage()];
  return Object.fromEntries(
    pages.map((page) => [`${page.name}.${page.section}`, roffOf(page, VERSION)]),
  );
}

function agentPage(): Page {
  const { summary, description, examples, hooks, files, seeAlso } = agentTexts;
  return {
    ...{ name: 'muster-agent', section: 1, summary },
    sections: [
      ['SYNOPSIS', synopsis('muster-agent')],
      ['DESCRIPTION', description],
      ['OPTIONS', agent.command.options.map(optionItem)],
      ['COMMANDS', commandParts(agent)],
      ['GANETI HOOKS', hooks],
      ['EXAMPLES', examples],
      ['EXIT STATUS', exitParts],
      ['ENVIRONMENT', environmentParts],
      ['FILES', files],
      ['SEE ALSO', [paragraph(seeAlso)]],
    ],
  };
}

function musterPage(): Page {
  const { summary, description, announcements, examples, files, seeAlso } = musterTexts;
  return {
    ...{ name: 'muster', section: 1, summary },
    sections: [
      ['SYNOPSIS', synopsis('muster')],
      ['DESCRIPTION', description],
      ['OPTIONS', muster.command.options.map(optionItem)],
      ['COMMANDS', commandParts(muster)],
      ['ANNOUNCEMENTS', announcements],
      ['EXAMPLES', examples],
      ['EXIT STATUS', exitParts],
      ['ENVIRONMENT', environmentParts],
      ['FILES', files],
      ['SEE ALSO', [paragraph(seeAlso)]],
    ],
  };
}

function synopsis(name: string): string[] {
  return ['.PP', `${bold(name)} ${italic('command')} ${italic('[options]')}`];
}

function settingsPage(): Page {
  return {
    ...{ name: 'muster.yaml', section: 5, summary: 'settings of muster and muster-agent' },
    sections: [
      [
        'DESCRIPTION',
        [
          paragraph(
            'Both programs take their settings from the command line, then from the environment, ' +
              'then from the file that --config names, then from a file of their own under ' +
              '/etc/muster, then from their defaults: value by value, the first that says ' +
              'something ' +
              'decides. "config show --origin" tells what holds and where it comes from.',
          ),
          paragraph(
            'The files are YAML: keys, each with a value, named as the long options are. A key ' +
              'that is not known is an error. No key takes a secret: those stand in files of ' +
              'their ' +
              'own, such as systemd credentials. Relative paths are taken from the working folder.',
          ),
        ],
      ],
      ['AGENT', settingParts(agent)],
      ['COLLECTOR AND OPERATOR', settingParts(muster)],
      [
        'EXAMPLES',
        [
          paragraph('/etc/muster/agent.yaml:'),
          verbatim('policy: /etc/muster/cluster.yaml\nprobe-peers: true\nsplay: 10m'),
          paragraph('/etc/muster/collector.yaml:'),
          verbatim('database: /var/lib/muster/muster.db\nlisten: 0.0.0.0:8470\nkeep: 400d'),
        ],
      ],
      ['SEE ALSO', [paragraph('muster(1), muster-agent(1), muster-policy(5)')]],
    ],
  };
}

function settingParts({ command, configurable }: Program): string[] {
  const options = commandsBelow(command).flatMap((one) => [...one.options]);
  const items = settingsOf(command, configurable).map(({ key, flag, choices, initial }) => {
    const help = options.find(({ long }) => long === `--${key}`)?.description ?? '';
    const type = flag ? 'true or false' : (choices?.join(' | ') ?? 'text');
    const where = configurable.commands[key]?.join(', ') ?? '';
    const holds = initial === null ? '' : ` Default: ${initial}.`;
    const term = `${bold(key)}: ${italic(type)}`;
    return item(term, `${sentence(help)}${holds} For: ${where}. Variable: ${variableOf(key)}.`);
  });
  return [paragraph(`Read from ${configurable.file} when it is there.`), ...items];
}

function policyPage(): Page {
  return {
    ...{ name: 'muster-policy', section: 5, summary: 'what a cluster is meant to be' },
    sections: [
      [
        'DESCRIPTION',
        [
          paragraph(
            'A policy is a YAML file. All of it may be left out: the defaults are the values of ' +
              'the guide that new clusters are set up by. "muster policy init" writes one from ' +
              'reports, "muster policy check" tells what is wrong with one, "muster policy show" ' +
              'what holds.',
          ),
        ],
      ],
      ['KEYS', policyParts()],
      ['SEE ALSO', [paragraph('muster(1), muster-agent(1), muster-checks(7)')]],
    ],
  };
}

function checksPage(): Page {
  const ofNode = new Set(checks.map(({ id }) => id));
  const parts = (scope: boolean) =>
    allCards
      .filter(({ id }) => ofNode.has(id) === scope)
      .map(({ id, title, why }) => item(bold(id), `${sentence(title)} ${sentence(why)}`));
  return {
    ...{ name: 'muster-checks', section: 7, summary: 'every check of Muster and why it matters' },
    sections: [
      [
        'DESCRIPTION',
        [
          paragraph(
            'A check reads facts and gives a verdict: pass, warn, fail, skip, or unknown where a ' +
              'fact is missing. "muster checks explain ID" tells what one reads and which ' +
              'gates ask ' +
              'it. Policies may make one graver or lighter, waivers accept what it finds for ' +
              'a time.',
          ),
        ],
      ],
      [
        'CHECKS',
        [subheading('Of each node'), ...parts(true), subheading('Across nodes'), ...parts(false)],
      ],
      ['SEE ALSO', [paragraph('muster(1), muster-policy(5)')]],
    ],
  };
}
