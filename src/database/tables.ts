import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { bytea, collatedText, timestamptz } from './columns.ts'

// `account_id` leads every key and index that a request uses: the cost of a request does not depend on other
// accounts, and the database itself keeps what belongs together in one account.

/** One row: which installation this database and its storage roots belong to. */
export const installation = pgTable(
  'installation',
  {
    only: boolean('only').primaryKey().default(true),
    uuid: uuid('uuid').notNull(),
    created: timestamptz('created').notNull().default(sql`clock_timestamp()`),
  },
  (table) => [check('installation_only', sql`${table.only}`)],
)

/** The storage roots that carry the installation's marker. */
export const storageRoot = pgTable(
  'storage_root',
  {
    kind: text('kind').notNull(),
    path: text('path').notNull(),
    marked: timestamptz('marked').notNull().default(sql`clock_timestamp()`),
  },
  (table) => [primaryKey({ columns: [table.kind, table.path] })],
)

export const account = pgTable(
  'account',
  {
    id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    uuid: uuid('uuid').notNull().unique().defaultRandom(),
    name: collatedText('name'),
    /** Of its volumes, relative to VOLUMES_DIR; '' is VOLUMES_DIR itself. */
    volumesRoot: text('volumes_root').notNull(),
    created: timestamptz('created').notNull().default(sql`clock_timestamp()`),
  },
  (table) => [uniqueIndex('account_name').on(table.name)],
)

/** The keys that AUTH=keys lets in. A key that is revoked stays, so that the list tells of it. */
export const apiKey = pgTable(
  'api_key',
  {
    accountId: bigint('account_id', { mode: 'bigint' })
      .notNull()
      .references(() => account.id),
    /** Its public part, which logs may show. */
    accessKey: text('access_key').notNull(),
    /** SHA-256 of its secret: that is 32 random bytes, which nobody guesses however fast the hash. */
    secretHash: bytea('secret_hash').notNull(),
    name: collatedText('name'),
    role: text('role', { enum: ['VIEWER', 'OPERATOR', 'ADMIN'] }).notNull(),
    created: timestamptz('created').notNull().default(sql`clock_timestamp()`),
    revoked: timestamptz('revoked'),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.accessKey] }),
    // The look-up that authenticates: it finds the account.
    uniqueIndex('api_key_access_key').on(table.accessKey),
    check('api_key_role', sql`${table.role} in ('VIEWER', 'OPERATOR', 'ADMIN')`),
    check('api_key_secret_hash', sql`octet_length(${table.secretHash}) = 32`),
  ],
)

/**
 * There are three ways to say that a row is not removed. The indexes of an order alone have `removed is null`; those that
 * have a key before the order have this, and so do the statements that read by a key: the planner, who guesses, cannot
 * take the index of an order for them, and read half an account to find the rows of one volume.
 */
export const isLiveOfKey = sql`state <> 'removed'`
/**
 * The third is that of the order by id alone: rows of one name are in that order too, and it would be taken for them. Its
 * second half is always true, by a column that no list has a condition on, and estimated as such.
 */
export const isLiveOfId = sql`removed is null and uuid <> '00000000-0000-0000-0000-000000000000'`

const resourceColumns = () => ({
  accountId: bigint('account_id', { mode: 'bigint' })
    .notNull()
    .references(() => account.id),
  id: bigint('id', { mode: 'bigint' }).notNull().generatedAlwaysAsIdentity(),
  uuid: uuid('uuid').notNull().defaultRandom(),
  name: collatedText('name'),
  description: text('description'),
  transitioning: text('transitioning', { enum: ['no', 'yes', 'error'] }).notNull(),
  transitioningMessage: text('transitioning_message'),
  transitioningProgress: integer('transitioning_progress'),
  created: timestamptz('created').notNull().default(sql`clock_timestamp()`),
  removed: timestamptz('removed'),
})

/** Of a resource that a worker carries from state to state. Rows are the queue. */
const workColumns = () => ({
  /** Of the process under way, counted at the claim, so that a crash counts. */
  attempt: integer('attempt').notNull().default(0),
  /** When the row may be claimed; while it is leased, the end of the lease. */
  runAfter: timestamptz('run_after'),
  leaseToken: uuid('lease_token'),
  leaseExpires: timestamptz('lease_expires'),
  /** When the process is given up, over all attempts and waiting. */
  deadline: timestamptz('deadline'),
})

/** 0 for a removal, 1 for other work: removals free space and are quick, so they go first. */
export const removalFirst = sql`(case state when 'removing' then 0 else 1 end)`
/** 0 for a backup, 1 for other work: within an account, what is there is made safe before more is taken. */
export const backupFirst = sql`(case state when 'backing-up' then 0 else 1 end)`

export const volume = pgTable(
  'volume',
  {
    ...resourceColumns(),
    name: collatedText('name').notNull(),
    state: text('state', { enum: ['active', 'removed'] }).notNull(),
    driver: text('driver').notNull(),
    /** Relative to the account's root of volumes. */
    path: collatedText('path').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    // Whether a directory is the same as, inside or around that of another volume.
    uniqueIndex('volume_live_path').on(table.accountId, table.path).where(sql`removed is null`),
    // Rancher: a name is unique among the account's live volumes; also the order by NAME.
    uniqueIndex('volume_live_name').on(table.accountId, table.name).where(sql`removed is null`),
    // The order by id.
    index('volume_live_id').on(table.accountId, table.id).where(isLiveOfId),
    // The order by CREATED.
    index('volume_live_created').on(table.accountId, table.created, table.id).where(sql`removed is null`),
    check('volume_removed', sql`(removed is not null) = (state = 'removed')`),
  ],
)

const snapshotStates = [
  'requested',
  'creating',
  'created',
  'backing-up',
  'backed-up',
  'removing',
  'removed',
] as const

export const snapshot = pgTable(
  'snapshot',
  {
    ...resourceColumns(),
    state: text('state', { enum: snapshotStates }).notNull(),
    volumeId: bigint('volume_id', { mode: 'bigint' }).notNull(),
    managedVolumeUuid: text('managed_volume_uuid'),
    sizeBytes: bigint('size_bytes', { mode: 'bigint' }),
    checksum: text('checksum'),
    /** Of the copy that the backup under way makes, or that the last one made: attempts find their leftovers by it. */
    backupUuid: uuid('backup_uuid'),
    ...workColumns(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    foreignKey({ columns: [table.accountId, table.volumeId], foreignColumns: [volume.accountId, volume.id] }),
    // The order by id, of Rancher's lists: the primary key has the removed ones too, which are the oldest.
    index('snapshot_live_id').on(table.accountId, table.id).where(isLiveOfId),
    // The order by CREATED.
    index('snapshot_live_created').on(table.accountId, table.created, table.id).where(sql`removed is null`),
    // The order by NAME, and in it names by equality or prefix.
    index('snapshot_live_name').on(table.accountId, table.name, table.id).where(sql`removed is null`),
    // Names by equality in the order by CREATED: the index above has the rows of a name by id.
    index('snapshot_live_name_created')
      .on(table.accountId, table.name, table.created, table.id)
      .where(isLiveOfKey),
    // Volume.snapshots, and whether a volume has any.
    index('snapshot_live_volume')
      .on(table.accountId, table.volumeId, table.created, table.id)
      .where(isLiveOfKey),
    // Lists by state, by transitioning, and of removed ones, each as one range for each pair of the two.
    index('snapshot_standing').on(table.accountId, table.state, table.transitioning, table.created, table.id),
    // The claim, in its order: only the rows with work due or leased.
    index('snapshot_due')
      .on(removalFirst, table.accountId, backupFirst, table.runAfter, table.id)
      .where(sql`transitioning = 'yes'`),
    // The sweeper, from files to rows.
    uniqueIndex('snapshot_uuid').on(table.uuid),
    index('snapshot_backup_uuid').on(table.backupUuid).where(sql`backup_uuid is not null`),
    check('snapshot_removed', sql`(removed is not null) = (state = 'removed')`),
    // Nothing is stuck: a row in transition has a time at which somebody looks at it, and an end.
    check(
      'snapshot_due_in_transition',
      sql`transitioning <> 'yes' or (run_after is not null and deadline is not null)`,
    ),
  ],
)

export const backup = pgTable(
  'backup',
  {
    ...resourceColumns(),
    state: text('state', { enum: ['created', 'removing', 'removed'] }).notNull(),
    snapshotId: bigint('snapshot_id', { mode: 'bigint' }).notNull(),
    volumeId: bigint('volume_id', { mode: 'bigint' }).notNull(),
    /** Where the copy is, relative to the backup target. */
    key: text('key').notNull(),
    sizeBytes: bigint('size_bytes', { mode: 'bigint' }).notNull(),
    checksum: text('checksum').notNull(),
    ...workColumns(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    foreignKey({
      columns: [table.accountId, table.snapshotId],
      foreignColumns: [snapshot.accountId, snapshot.id],
    }),
    foreignKey({ columns: [table.accountId, table.volumeId], foreignColumns: [volume.accountId, volume.id] }),
    // At most one backup of a snapshot is there; also Snapshot.backup.
    uniqueIndex('backup_created_snapshot')
      .on(table.accountId, table.snapshotId)
      .where(sql`state = 'created'`),
    index('backup_live_id').on(table.accountId, table.id).where(isLiveOfId),
    index('backup_live_created').on(table.accountId, table.created, table.id).where(sql`removed is null`),
    index('backup_live_volume')
      .on(table.accountId, table.volumeId, table.created, table.id)
      .where(isLiveOfKey),
    // The backups of a snapshot, also those that are being removed.
    index('backup_live_snapshot')
      .on(table.accountId, table.snapshotId, table.created, table.id)
      .where(isLiveOfKey),
    index('backup_due').on(table.accountId, table.runAfter, table.id).where(sql`transitioning = 'yes'`),
    uniqueIndex('backup_uuid').on(table.uuid),
    check('backup_removed', sql`(removed is not null) = (state = 'removed')`),
    check(
      'backup_due_in_transition',
      sql`transitioning <> 'yes' or (run_after is not null and deadline is not null)`,
    ),
  ],
)

export const snapshotEventKinds = ['transition', 'retry', 'failure', 'cancel', 'update'] as const

/** What happened to a snapshot: how it stood after a change. */
const eventColumns = () => ({
  snapshotId: bigint('snapshot_id', { mode: 'bigint' }).notNull(),
  volumeId: bigint('volume_id', { mode: 'bigint' }).notNull(),
  eventKind: text('kind', { enum: snapshotEventKinds }).notNull(),
  at: timestamptz('at').notNull().default(sql`clock_timestamp()`),
  /** Null: the snapshot was created. */
  fromState: text('from_state', { enum: snapshotStates }),
  toState: text('to_state', { enum: snapshotStates }).notNull(),
  transitioning: text('transitioning', { enum: ['no', 'yes', 'error'] }).notNull(),
  message: text('message'),
  /** Of a worker. */
  attempt: integer('attempt'),
  /** Who asked for it; null: a worker. */
  actor: text('actor'),
  requestId: text('request_id'),
})

/**
 * Where the statement that changes a snapshot leaves its event, for whoever moves it into the history; see
 * events/order-events.ts. It has no foreign key: the row that it tells of was written by the same statement.
 */
export const snapshotEventOutbox = pgTable('snapshot_event_outbox', {
  /** For each snapshot in the order of its changes: it is drawn while the changed row is locked. */
  seq: bigint('seq', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
  accountId: bigint('account_id', { mode: 'bigint' }).notNull(),
  ...eventColumns(),
})

/** The id of an event where those of all accounts are read: the planner takes no index on it for those of one. */
export const eventOfAll = sql`(id + 0)`

/**
 * The history. Ids become visible in their order, without a gap. It has no foreign keys either: they would lock the row of
 * the snapshot once more for each of its events.
 */
export const snapshotEvent = pgTable(
  'snapshot_event',
  {
    accountId: bigint('account_id', { mode: 'bigint' }).notNull(),
    id: bigint('id', { mode: 'bigint' }).notNull(),
    ...eventColumns(),
  },
  (table) => [
    // The history of an account.
    primaryKey({ columns: [table.accountId, table.id] }),
    // What is new, for all who watch, and what is too old to be kept; no list of an account is to go by it.
    uniqueIndex('snapshot_event_of_all').on(eventOfAll),
    // Snapshot.events.
    index('snapshot_event_snapshot').on(table.accountId, table.snapshotId, table.id),
    // The history of a volume.
    index('snapshot_event_volume').on(table.accountId, table.volumeId, table.id),
  ],
)

/** One row: how far the history goes. */
export const eventHistory = pgTable(
  'event_history',
  {
    only: boolean('only').primaryKey().default(true),
    /** The newest id; 0 before the first. */
    lastId: bigint('last_id', { mode: 'bigint' }).notNull(),
    /** The newest id of those that are no longer kept; 0: all are. */
    expiredId: bigint('expired_id', { mode: 'bigint' }).notNull(),
  },
  (table) => [check('event_history_only', sql`${table.only}`)],
)

export const idempotencyKey = pgTable(
  'idempotency_key',
  {
    accountId: bigint('account_id', { mode: 'bigint' })
      .notNull()
      .references(() => account.id),
    key: text('key').notNull(),
    mutation: text('mutation').notNull(),
    inputHash: text('input_hash').notNull(),
    /** Of the resource that the mutation answered with; null only inside the transaction that claims the key. */
    resourceId: bigint('resource_id', { mode: 'bigint' }),
    created: timestamptz('created').notNull().default(sql`clock_timestamp()`),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.key] }),
    // The hourly deletion of expired keys.
    index('idempotency_key_created').on(table.created),
  ],
)

/** The tables of the resources that accounts have. */
export type ResourceTable = typeof volume | typeof snapshot | typeof backup
/** The tables whose rows accounts are shown. */
export type OwnedTable = ResourceTable | typeof snapshotEvent

/** How a worker carries a row on, which no caller is shown. */
type WorkColumn = keyof ReturnType<typeof workColumns>

/** Rows say what they are, so that whoever holds one of several kinds can tell. */
export type VolumeRow = typeof volume.$inferSelect & { kind: 'volume' }
export type SnapshotRow = Omit<typeof snapshot.$inferSelect, WorkColumn> & {
  kind: 'snapshot'
  /** Where it was read along. */
  volume?: VolumeRow
}
export type BackupRow = Omit<typeof backup.$inferSelect, WorkColumn> & {
  kind: 'backup'
  /** Where it was read along. */
  volume?: VolumeRow
}
export type EventRow = typeof snapshotEvent.$inferSelect & { kind: 'snapshotEvent' }
export type ResourceRow = VolumeRow | SnapshotRow | BackupRow
export type OwnedRow = ResourceRow | EventRow
export type RowOf<T extends OwnedTable> = T extends typeof volume
  ? VolumeRow
  : T extends typeof snapshot
    ? SnapshotRow
    : T extends typeof backup
      ? BackupRow
      : EventRow
/** A row with what a worker carries it on by. */
export type FullRowOf<T extends ResourceTable> = RowOf<T> & T['$inferSelect']
export type AccountRow = typeof account.$inferSelect
