import { expect, test } from 'vitest';
import { ganetiChecks } from '../../../shared/checks/ganeti.ts';
import { securityChecks } from '../../../shared/checks/security.ts';
import { failed } from '../../sample-report.ts';
import { said } from './verdict.ts';

const all = [...ganetiChecks, ...securityChecks].map(({ id }) => id);

test.each(all)('%s is asked of no node outside a cluster', (id) => {
  expect(said(id, {}, {})).toEqual(['skip: the node is in no cluster']);
});

test.each(all)('%s is unknown where it cannot be told whether there is a cluster', (id) => {
  const membership = failed('denied', 'ssconf_cluster_name: permission denied');
  expect(said(id, { ganeti: { facts: { membership } } }, {})).toEqual([
    'unknown: ssconf_cluster_name: permission denied',
  ]);
});
