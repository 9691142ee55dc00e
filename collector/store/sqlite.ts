import type { Database } from 'better-sqlite3';
import type { EventStore } from './event.ts';
import { groupCommit } from './group-commit.ts';
import { auditStatements, rejectionStatements } from './sqlite-audit.ts';
import { backUp } from './sqlite-backup.ts';
import { contentStatements } from './sqlite-contents.ts';
import { openDatabase, sizeBytesOf } from './sqlite-database.ts';
import { deliveryStatements, prepared } from './sqlite-deliveries.ts';
import { enrolments, keyChanges } from './sqlite-enrolment.ts';
import { type EventStatements, eventStatements } from './sqlite-events.ts';
import { keyStatements } from './sqlite-keys.ts';
import { nodeStatements } from './sqlite-nodes.ts';
import { reportStatements } from './sqlite-reports.ts';
import { retentionStatements } from './sqlite-retention.ts';
import { seriesStatements } from './sqlite-series.ts';
import { sessionStatements } from './sqlite-sessions.ts';
import { policyStatements, waiverStatements } from './sqlite-settings.ts';
import { standingStatements } from './sqlite-standings.ts';
import { enrolmentTokenStatements, tokenStatements } from './sqlite-tokens.ts';
import { type Store, StoreUnavailable, unlessTaken } from './store.ts';

/** The embedded store at `path`, checked, migrated and durable; `:memory:` is for tests. */
export async function openSqliteStore(path: string): Promise<Store> {
  const db = await openDatabase(path);
  const { deliveries, reports, keys, retention, rejections, ...rooms } = statementsOf(db);
  const { audit, policies, waivers, tokens, enrolmentTokens, enrolment, standings } = rooms;
  const commit = groupCommit((body) => db.transaction(body).immediate(), isEnvironmental);
  const write = <T>(action: () => T) => guarded(() => commit(action));
  const read = <T>(action: () => T) => guarded(async () => action());

  return {
    async deliver(delivery) {
      const ready = prepared(delivery);
      return unlessTaken(await write(() => deliveries.deliver(ready)));
    },
    clusters: () => read(policies.clusters),
    current: (cluster) => read(() => reports.current(cluster)),
    bodies: (ids) => read(() => ids.map((id) => reports.body(id))),
    history: (cluster, node, page) => read(() => reports.history({ cluster, node }, page)),

    policy: (cluster) => read(() => policies.get(cluster)),
    putPolicy: (cluster, policy, change) => write(() => policies.put(cluster, policy, change)),

    waivers: (cluster) => read(() => waivers.all(cluster)),
    addWaiver: (cluster, waiver, change) => write(() => waivers.add(cluster, waiver, change)),
    removeWaiver: (cluster, id, change) => write(() => waivers.remove(cluster, id, change)),

    createToken: (token, change) => write(() => tokens.create(token, change)),
    tokenByHash: (hash) => read(() => tokens.byHash(hash)),
    tokens: () => read(tokens.all),
    revokeToken: (id, change) => write(() => tokens.revoke(id, change)),
    touchToken: (id, at) => write(() => tokens.touch(id, at)),

    openSession: (session, at) => write(() => rooms.sessions.open(session, at)),
    session: (hash) => read(() => rooms.sessions.get(hash)),
    closeSession: (hash) => write(() => rooms.sessions.close(hash)),

    createEnrolmentToken: (token, change) => write(() => enrolmentTokens.create(token, change)),
    enrolmentTokens: () => read(enrolmentTokens.all),
    enrolmentTokenByHash: (hash) => read(() => enrolmentTokens.byHash(hash)),
    revokeEnrolmentToken: (id, change) => write(() => enrolmentTokens.revoke(id, change)),
    enroll: (wanted) => write(() => enrolment.enroll(wanted)),
    nodeKey: (id) => read(() => keys.get(id)),
    nodeKeys: (cluster) => read(() => keys.all(cluster)),
    rotateKey: (rotation, change) => write(() => enrolment.rotate(rotation, change)),
    approveKeys: (cluster, node, change) => write(() => enrolment.approve(cluster, node, change)),
    revokeKeys: (cluster, node, change) => write(() => enrolment.revoke(cluster, node, change)),
    lastSequence: (number) => read(() => deliveries.lastSequence(number)),

    auditLog: (page) => read(() => audit.entries(page)),
    countRejection: (rejection) => write(() => rejections.count(rejection)),
    rejections: () => read(rejections.all),

    noteStandings: (cluster, changes) => write(() => standings.note(cluster, changes)),
    standings: (cluster) => read(() => standings.last(cluster)),
    recentChanges: (cluster, since) => read(() => standings.recent(cluster, since)),
    standingHistory: (cluster, node, most) => read(() => standings.ofNode(cluster, node, most)),
    pastReport: (cluster, node, id) => read(() => reports.past({ cluster, node }, id)),
    lastChange: (cluster, node) => read(() => reports.lastChange(cluster, node)),
    series: (cluster, node, since) => read(() => rooms.series.since(cluster, node, since)),

    ...announcing(rooms.events, { read, write }),
    retain: (wanted, now) => write(() => retention.step(wanted, now)),
    backup: (to) => guarded(() => backUp(db, to)),
    ping: () => read(() => void policies.clusters()),
    sizeBytes: () => read(() => sizeBytesOf(db)),
    close: async () => {
      await write(() => undefined).finally(() => db.close());
    },
  };
}

type Run = <T>(action: () => T) => Promise<T>;

function announcing(events: EventStatements, { read, write }: { read: Run; write: Run }) {
  return {
    lease: (wanted, times) => write(() => events.lease(wanted, times)),
    release: (lease) => write(() => events.release(lease)),
    announced: (cluster) => read(() => events.announced(cluster)),
    announce: (lease, announcement) => write(() => events.announce(lease, announcement)),
    events: (page) => read(() => events.events(page)),
    lastEvent: () => read(events.lastEvent),
    delivered: (target) => read(() => events.delivered(target)),
    putDelivered: (lease, target, told) => write(() => events.putDelivered(lease, target, told)),
  } satisfies EventStore;
}

function statementsOf(db: Database) {
  const audit = auditStatements(db);
  const nodes = nodeStatements(db);
  const contents = contentStatements(db);
  const keys = keyStatements(db, audit);
  const enrolmentTokens = enrolmentTokenStatements(db, audit);
  const rooms = { tokens: enrolmentTokens, keys, nodes, audit };
  const events = eventStatements(db);
  const series = seriesStatements(db, nodes);
  const tokens = tokenStatements(db, audit);
  return {
    audit,
    keys,
    enrolmentTokens,
    enrolment: { ...enrolments(rooms), ...keyChanges(rooms) },
    deliveries: deliveryStatements(db, { contents, nodes, keys, series }),
    reports: reportStatements(db, { contents, nodes }),
    retention: retentionStatements(db, { contents, events }),
    rejections: rejectionStatements(db),
    policies: policyStatements(db, audit),
    waivers: waiverStatements(db, audit),
    tokens,
    sessions: sessionStatements(db, tokens.byId),
    standings: standingStatements(db),
    events,
    series,
  };
}

/** Tells what the operator must mend (a full disk, a lock) from mistakes of this program. */
async function guarded<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!isEnvironmental(error)) throw error;
    throw new StoreUnavailable(`the store cannot be used now: ${error.message}`, error);
  }
}

const environmental = ['SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_BUSY', 'SQLITE_READONLY'];

function isEnvironmental(error: unknown): error is Error {
  if (!(error instanceof Error && 'code' in error)) return false;
  // Extended codes are the plain one with a suffix: SQLITE_IOERR_WRITE.
  const code = String(error.code);
  return environmental.some((plain) => code === plain || code.startsWith(`${plain}_`));
}
