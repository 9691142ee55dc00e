import { describe, expect, test } from 'vitest';
import { judged } from '../judging.ts';
import {
  type Change,
  members as clusterOf,
  first,
  report,
  reported,
  second,
  third,
} from './cluster.ts';

describe('ganeti.members', () => {
  test('names a node that was never added', () => {
    const reports = [...clusterOf().slice(0, 2), report(3, null)];
    expect(judged('ganeti.members', reports)).toEqual([
      `warn [${third}] ${third} is in no cluster, expected it in ganeti-cluster01.example.org`,
    ]);
  });

  test('names a node that its own ssconf does not list', () => {
    const change: Change = (one) => {
      one.ownName = null;
    };
    expect(reported('ganeti.members', { 2: change })).toEqual([
      `fail [${second}] ssconf on ${second} does not list the node itself, expected it to`,
    ]);
  });

  test('tells two clusters apart', () => {
    const change: Change = ({ ssconf }) => {
      ssconf.clusterName = 'other.example.org';
    };
    expect(reported('ganeti.members', { 3: change })).toEqual([
      `fail cluster ganeti-cluster01.example.org on ${first} and ${second}; other.example.org on ` +
        `${third}; expected one cluster`,
    ]);
  });
});

describe('ganeti.master', () => {
  test('fails where a node obeys another', () => {
    const change: Change = ({ ssconf }) => {
      ssconf.masterNode = second ?? '';
    };
    expect(reported('ganeti.master', { 3: change })).toEqual([
      `fail master ${first} on ${first} and ${second}; ${second} on ${third}; expected one for all`,
    ]);
  });

  test('is unknown when the master does not hold itself for it', () => {
    const change: Change = (one) => {
      one.master = null;
    };
    expect(reported('ganeti.master', { 1: change })).toEqual([
      `unknown the master, ${first}, has not told of itself`,
    ]);
  });
});

describe('ganeti.spare-candidate', () => {
  const noNoded: Change = ({ daemons }) => {
    for (const one of daemons.status === 'ok' ? daemons.value : []) one.running = false;
  };
  const only =
    (names: (string | undefined)[]): Change =>
    ({ ssconf }) => {
      ssconf.masterCandidates = names.map((name) => name ?? '');
    };

  test('names who can take over', () => {
    expect(reported('ganeti.spare-candidate', { 2: noNoded })).toEqual([
      `pass ${third} can take over`,
    ]);
  });

  test('fails when noded runs on none of them', () => {
    expect(reported('ganeti.spare-candidate', { 2: noNoded, 3: noNoded })).toEqual([
      `fail noded does not run on ${second} and ${third}, the only other candidates; expected ` +
        'one healthy',
    ]);
  });

  test('fails when there is none', () => {
    expect(reported('ganeti.spare-candidate', { 1: only([first]) })).toEqual([
      `fail ${first} is the only master candidate, expected another`,
    ]);
  });

  test('leaves out one that is marked offline', () => {
    const change: Change = (one) => {
      only([first, second])(one);
      for (const node of one.ssconf.nodes) node.online = node.name !== second;
    };
    expect(reported('ganeti.spare-candidate', { 1: change })).toEqual([
      `unknown candidates that did not report: ${second}`,
    ]);
  });
});

test('a node that is marked offline and reports is named', () => {
  const change: Change = ({ ssconf }) => {
    for (const node of ssconf.nodes) node.online = node.name !== third;
  };
  expect(reported('ganeti.offline-nodes', { 1: change })).toEqual([
    `warn [${third}] ${third} is marked offline but is up and reports, expected it off or in use`,
  ]);
});
