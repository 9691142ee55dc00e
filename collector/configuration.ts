import type { Configurable } from '../shared/command-line.ts';

const judging = [
  'verify',
  'cpu-type',
  'migration',
  'plan',
  'rolling',
  'capacity',
  'status',
  'names',
];
const waiving = ['waive add', 'waive list', 'waive check', 'waive remove'];
const asking = [...judging, ...waiving, 'receipt check'];
const onDatabase = [
  'serve',
  'token create',
  'token list',
  'token revoke',
  'node list',
  'node approve',
  'node revoke',
  'audit-log',
  'backup',
];
const serve = ['serve'];
const ofRunning = ['verify', 'rolling', 'capacity', 'status'];

/**
 * What the operator's command and the collector let their environment and files set. A receipt
 * names its own cluster, policy and waivers; a token and a node are for the cluster that is named.
 */
export const configurable: Configurable = {
  file: '/etc/muster/collector.yaml',
  commands: {
    database: onDatabase,
    'database-password-file': [...onDatabase, 'migrate-store'],
    listen: serve,
    'tls-cert': serve,
    'tls-key': serve,
    'insecure-bind': serve,
    'open-page': serve,
    'approve-enrolments': serve,
    'keep-full': serve,
    keep: serve,
    'rate-per-address': serve,
    'rate-per-credential': serve,
    'announce-after': serve,
    webhook: serve,
    'webhook-secret-file': serve,
    'webhook-ca': serve,
    'trusted-proxy': serve,
    collector: asking,
    'token-file': asking,
    ca: asking,
    cluster: [...judging, ...waiving],
    policy: [...judging, 'waive add'],
    waivers: ['verify', 'plan', 'status'],
    rapi: ofRunning,
    'rapi-ca': ofRunning,
    'rapi-fingerprint': ofRunning,
    'rapi-credentials': ofRunning,
    'max-age': [...judging, 'waive add'],
    color: judging.filter((command) => command !== 'plan'),
  },
};
