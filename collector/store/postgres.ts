import { CommandError } from '../../shared/exit.ts';
import { parseAddress } from './postgres-address.ts';
import * as audit from './postgres-audit.ts';
import { type Connections, connectionsTo } from './postgres-connections.ts';
import { mustBeWhole, prepareDatabase } from './postgres-database.ts';
import * as deliveries from './postgres-deliveries.ts';
import * as enrolment from './postgres-enrolment.ts';
import * as events from './postgres-events.ts';
import * as keys from './postgres-keys.ts';
import * as reports from './postgres-reports.ts';
import { retentionStep } from './postgres-retention.ts';
import { pointsSince } from './postgres-series.ts';
import * as sessions from './postgres-sessions.ts';
import * as settings from './postgres-settings.ts';
import * as standings from './postgres-standings.ts';
import { rowOf, type Session } from './postgres-statements.ts';
import * as tokens from './postgres-tokens.ts';
import { type Store, unlessTaken } from './store.ts';
import { writeGroups } from './write-groups.ts';
import { type WriteLanes, writeLanes } from './write-lanes.ts';

/** What a person or a program sets changes one after another. */
const SETTINGS = 'settings';
/** What is announced, cluster after cluster. */
const EVENTS = 'events';
/** A storm of refusals is one connection's. */
const REFUSALS = 'refusals';

const databaseSize = rowOf<{ bytes: number }>(
  'SELECT pg_database_size(current_database()) AS bytes',
);

/**
 * The store in a database of PostgreSQL, which other processes may use at the same time: checked,
 * migrated and durable. Nobody listens for what others change (LISTEN): every answer asks the
 * database, pages that are open ask every few seconds, and so no process can miss anything.
 */
export async function openPostgresStore(
  database: string,
  passwordFile: string | null = null,
): Promise<Store> {
  const address = parseAddress(database, process.env);
  const connections = await connectionsTo(address, passwordFile);
  try {
    await prepareDatabase(connections, address.shown);
    await mustBeWhole(connections);
  } catch (error) {
    await connections.close();
    throw error;
  }
  return storeOver(connections);
}

type Write = WriteLanes<Session>;

function storeOver(connections: Connections): Store {
  const { read } = connections;
  const write = writeLanes(connections.transaction);
  const deliver = writeGroups({
    store: (group: readonly deliveries.Prepared[]) =>
      connections.briefTransaction((on, commit) => deliveries.deliverAll(on, commit, group)),
    laneOf: ({ delivery: { cluster, node } }) => JSON.stringify([cluster, node]),
  });

  return {
    deliver: async (delivery) => unlessTaken(await deliver(deliveries.prepared(delivery))),
    clusters: () => read(settings.clusterNames),
    current: (cluster) => read((on) => reports.currentReports(on, cluster)),
    bodies: (ids) => connections.readAtOnce((on) => reports.bodies(on, ids)),
    history: (cluster, node, page) => read((on) => reports.history(on, { cluster, node }, page)),
    pastReport: (cluster, node, id) => read((on) => reports.pastReport(on, { cluster, node }, id)),
    lastChange: (cluster, node) => read((on) => reports.lastChangeOf(on, { cluster, node })),
    series: (cluster, node, since) => read((on) => pointsSince(on, { cluster, node }, since)),

    ...settingsOver(connections, write),
    ...credentialsOver(connections, write),
    ...keysOver(connections, write),
    ...eventsOver(connections, write),

    auditLog: (page) => read((on) => audit.auditEntries(on, page)),
    countRejection: (rejection) => write(REFUSALS, (on) => audit.countRejection(on, rejection)),
    rejections: () => read(audit.rejections),

    noteStandings: (cluster, changes) =>
      write(`standings of ${cluster}`, (on) => standings.noteStandings(on, cluster, changes)),
    standings: (cluster) => read((on) => standings.lastStandings(on, cluster)),
    recentChanges: (cluster, since) => read((on) => standings.recentChanges(on, cluster, since)),
    standingHistory: (cluster, node, limit) =>
      read((on) => standings.standingHistory(on, { cluster, node }, limit)),

    retain: (wanted, now) => connections.transaction((on) => retentionStep(on, wanted, now)),
    backup: async () => {
      throw new CommandError('usage', 'a database of PostgreSQL is copied by its own pg_dump');
    },
    ping: connections.ping,
    sizeBytes: async () => (await read((on) => databaseSize(on)))?.bytes ?? 0,
    close: connections.close,
  };
}

function settingsOver({ read }: Connections, write: Write) {
  return {
    policy: (cluster) => read((on) => settings.policy(on, cluster)),
    putPolicy: (cluster, policy, change) =>
      write(SETTINGS, (on) => settings.putPolicy(on, { cluster, ...policy }, change)),
    waivers: (cluster) => read((on) => settings.waivers(on, cluster)),
    addWaiver: (cluster, waiver, change) =>
      write(SETTINGS, (on) => settings.addWaiver(on, { cluster, waiver }, change)),
    removeWaiver: (cluster, id, change) =>
      write(SETTINGS, (on) => settings.removeWaiver(on, { cluster, id }, change)),
  } satisfies Partial<Store>;
}

function credentialsOver({ read }: Connections, write: Write) {
  return {
    createToken: (token, change) => write(SETTINGS, (on) => tokens.createToken(on, token, change)),
    tokenByHash: (hash) => read((on) => tokens.tokenByHash(on, hash)),
    tokens: () => read(tokens.tokens),
    revokeToken: (id, change) => write(SETTINGS, (on) => tokens.revokeToken(on, id, change)),
    touchToken: (id, at) => write(SETTINGS, (on) => tokens.touchToken(on, id, at)),
    openSession: (session, at) => write(SETTINGS, (on) => sessions.openSession(on, session, at)),
    session: (hash) => read((on) => sessions.signedIn(on, hash)),
    closeSession: (hash) => write(SETTINGS, (on) => sessions.closeSession(on, hash)),
  } satisfies Partial<Store>;
}

function keysOver({ read }: Connections, write: Write) {
  return {
    createEnrolmentToken: (token, change) =>
      write(SETTINGS, (on) => tokens.createEnrolmentToken(on, token, change)),
    enrolmentTokens: () => read(tokens.enrolmentTokens),
    enrolmentTokenByHash: (hash) => read((on) => tokens.enrolmentTokenByHash(on, hash)),
    revokeEnrolmentToken: (id, change) =>
      write(SETTINGS, (on) => tokens.revokeEnrolmentToken(on, id, change)),
    enroll: (wanted) => write(SETTINGS, (on) => enrolment.enroll(on, wanted)),
    nodeKey: (id) => read((on) => keys.nodeKey(on, id)),
    nodeKeys: (cluster) => read((on) => keys.nodeKeys(on, cluster ?? null)),
    rotateKey: (rotation, change) =>
      write(SETTINGS, (on) => enrolment.rotateKey(on, rotation, change)),
    approveKeys: (cluster, node, change) =>
      write(SETTINGS, (on) => enrolment.approveKeys(on, { cluster, node }, change)),
    revokeKeys: (cluster, node, change) =>
      write(SETTINGS, (on) => enrolment.revokeKeys(on, { cluster, node }, change)),
    lastSequence: (number) => read((on) => deliveries.lastSequence(on, number)),
  } satisfies Partial<Store>;
}

function eventsOver({ read }: Connections, write: Write) {
  return {
    lease: (wanted, times) =>
      write(`lease ${wanted.name}`, (on) => events.takeLease(on, wanted, times)),
    release: (lease) => write(`lease ${lease.name}`, (on) => events.releaseLease(on, lease)),
    announced: (cluster) => read((on) => events.announced(on, cluster)),
    announce: (lease, announcement) =>
      write(EVENTS, (on) => events.announce(on, lease, announcement)),
    events: (page) => read((on) => events.events(on, page)),
    lastEvent: () => read(events.lastEvent),
    delivered: (target) => read((on) => events.delivered(on, target)),
    putDelivered: (lease, target, told) =>
      write(`told ${target}`, (on) => events.putDelivered(on, lease, { target, ...told })),
  } satisfies Partial<Store>;
}
