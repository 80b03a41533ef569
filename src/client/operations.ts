/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import { TypedDocumentString } from './typed-document.ts'
/** What a caller may do. Each role may also do what the roles before it may. */
export type Role =
  /** Reads. */
  | 'VIEWER'
  /** Also creates, updates, backs up and removes snapshots. */
  | 'OPERATOR'
  /** Also creates, updates and removes volumes, and removes backups. */
  | 'ADMIN';

/** What is wrong, for programs. Values may be added, so keep a default branch. */
export type ErrorCode =
  /** The account has no such resource. */
  | 'NOT_FOUND'
  /** The input refers to a resource that does not exist or cannot be used here. */
  | 'INVALID_REFERENCE'
  /** The value does not have the required form: a path that leaves the volumes root, for example. */
  | 'INVALID_FORMAT'
  /** The text contains characters that are not allowed: control characters in a name, for example. */
  | 'INVALID_CHARACTERS'
  /** The value is not one of those available: an unknown storage driver, for example. */
  | 'INVALID_OPTION'
  /** The field must not be null. */
  | 'NOT_NULLABLE'
  /** The text has too few characters, counted in Unicode code points. */
  | 'MIN_LENGTH_EXCEEDED'
  /** The text has too many characters, counted in Unicode code points. */
  | 'MAX_LENGTH_EXCEEDED'
  /** Another resource already has this value. */
  | 'NOT_UNIQUE'
  /** The action is not allowed now, because of the state of the resource or because it is in use. */
  | 'ACTION_NOT_AVAILABLE'
  /** The role of the caller does not allow this. */
  | 'FORBIDDEN'
  /** The idempotency key was used for another mutation or other input within the last 24 hours. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** What is waited for cannot come any more: the work has failed, or leads elsewhere. */
  | 'STATE_UNREACHABLE'
  /** What was waited for has not come in time; it may still come. */
  | 'TIMED_OUT';

/** Rancher: whether a resource is between two states, and whether its last transition failed. */
export type Transitioning =
  /** Nothing is under way. */
  | 'NO'
  /** Work is under way, or is waiting for a worker or for its next attempt. */
  | 'YES'
  /** The last transition failed; transitioningMessage says why. */
  | 'ERROR';

/** Rancher: requested -> creating -> created -> backing-up -> backed-up; and from each of these -> removing -> removed. */
export type SnapshotState =
  /** Accepted; no worker has started on it yet. */
  | 'REQUESTED'
  /** Being taken. With transitioning ERROR: it could not be taken. */
  | 'CREATING'
  /** The archive is stored. */
  | 'CREATED'
  /** A copy is being made and verified. */
  | 'BACKING_UP'
  /** A copy was written, synced, read back and found correct. */
  | 'BACKED_UP'
  /** Being deleted. With transitioning ERROR: it could not be deleted. */
  | 'REMOVING'
  /** The archive is deleted. The snapshot can still be read by its id. */
  | 'REMOVED';

/** Which resources are listed: removed ones, others, or both. */
export type RemovedFilter =
  /** Only resources that are not removed. */
  | 'EXCLUDE'
  /** Removed resources and all others. */
  | 'INCLUDE'
  /** Only removed resources. */
  | 'ONLY';

/** The direction of an order. */
export type OrderDirection =
  /** Ascending: the smallest or oldest first. */
  | 'ASC'
  /** Descending: the greatest or newest first. */
  | 'DESC';

/** What snapshots can be ordered by. Ties are broken by id, in the same direction. */
export type SnapshotOrderField =
  /** By the time at which they were accepted. */
  | 'CREATED'
  /** By name, compared by code points. Snapshots without a name come last in ASC and first in DESC. */
  | 'NAME';

/** The states of a volume. */
export type VolumeState =
  /** Snapshots can be taken of it. */
  | 'ACTIVE'
  /** The gateway has forgotten it; its data stays where it is. It can still be read by its id. */
  | 'REMOVED';

/** What volumes can be ordered by. Ties are broken by id, in the same direction. */
export type VolumeOrderField =
  /** By the time at which they were created. */
  | 'CREATED'
  /** By name, compared by code points. */
  | 'NAME';

/** The states of a backup. */
export type BackupState =
  /** The copy is on the backup target, and was read back and found correct. */
  | 'CREATED'
  /** Being deleted. With transitioning ERROR: it could not be deleted. */
  | 'REMOVING'
  /** The copy is deleted. The backup can still be read by its id. */
  | 'REMOVED';

/** What backups can be ordered by. Ties are broken by id, in the same direction. */
export type BackupOrderField =
  /** By the time at which their copies were verified. */
  | 'CREATED';

/** What happened to a snapshot. */
export type SnapshotEventKind =
  /** A request or a worker brought it on: it was accepted, begun, or done. */
  | 'TRANSITION'
  /** An attempt of a worker failed, or ended without a result; there will be another. */
  | 'RETRY'
  /** The work failed for good, or ran into its deadline; `message` says why. */
  | 'FAILURE'
  /** Its removal cancelled work that was under way. */
  | 'CANCEL'
  /** Its name or description was set by a request, be it to the same. */
  | 'UPDATE';

/** All conditions given must hold. Upper and lower case are different; % and _ have no special meaning. A resource without a name never matches. */
export type StringFilter = {
  /** It is exactly this text. */
  eq?: string | null | undefined;
  /** It is one of these texts, of which there may be at most 1000. */
  in?: Array<string> | null | undefined;
  /** It contains this text. Costly on large accounts. */
  contains?: string | null | undefined;
  /** It starts with this text. */
  startsWith?: string | null | undefined;
};

/** All conditions given must hold; null is the same as left out. A list matches any of its entries, of which there may be at most 1000; an empty list matches nothing. An id that is malformed, of another type or of another account matches nothing. */
export type SnapshotFilter = {
  /** Taken of any of these volumes. */
  volumeId?: Array<string | number> | null | undefined;
  /** In any of these states. */
  state?: Array<SnapshotState> | null | undefined;
  /** With any of these values of `transitioning`. */
  transitioning?: Array<Transitioning> | null | undefined;
  /** Whose name matches. */
  name?: StringFilter | null | undefined;
  /** Created after this time; a resource that was created exactly then does not match. */
  createdAfter?: string | null | undefined;
  /** Created before this time; a resource that was created exactly then does not match. */
  createdBefore?: string | null | undefined;
  /** Whether removed resources match. Default: EXCLUDE, or INCLUDE if `state` contains REMOVED. */
  removed?: RemovedFilter | null | undefined;
};

/** How snapshots are ordered. */
export type SnapshotOrder = {
  /** What to order by. */
  field: SnapshotOrderField;
  /** In which direction. */
  direction: OrderDirection;
};

/** The snapshot to take. */
export type CreateSnapshotInput = {
  /** The volume to take it of, such as 1v34. It must not be removed. */
  volumeId: string | number;
  /** 1 to 255 characters, no control characters. It may be null, and need not be unique. */
  name?: string | null | undefined;
  /** Up to 1024 characters; tabs and newlines are allowed. */
  description?: string | null | undefined;
  /** A key that the caller chooses, 1 to 255 characters, kept for 24 hours within the account. A call that repeats an earlier one, with the same key and input, does nothing and answers with the resource of that call as it is now. The same key with another mutation or other input is refused with IDEMPOTENCY_KEY_REUSED. A call that is refused does not use up its key. */
  idempotencyKey?: string | null | undefined;
};

/** A field that is left out stays as it is; null clears it. */
export type UpdateSnapshotInput = {
  /** The snapshot, such as 1s12. */
  id: string | number;
  /** 1 to 255 characters, no control characters. */
  name?: string | null | undefined;
  /** Up to 1024 characters; tabs and newlines are allowed. */
  description?: string | null | undefined;
  /** A key that the caller chooses, 1 to 255 characters, kept for 24 hours within the account. A call that repeats an earlier one, with the same key and input, does nothing and answers with the resource of that call as it is now. The same key with another mutation or other input is refused with IDEMPOTENCY_KEY_REUSED. A call that is refused does not use up its key. */
  idempotencyKey?: string | null | undefined;
};

/** The snapshot to back up. */
export type BackupSnapshotInput = {
  /** The snapshot, such as 1s12. */
  id: string | number;
  /** A key that the caller chooses, 1 to 255 characters, kept for 24 hours within the account. A call that repeats an earlier one, with the same key and input, does nothing and answers with the resource of that call as it is now. The same key with another mutation or other input is refused with IDEMPOTENCY_KEY_REUSED. A call that is refused does not use up its key. */
  idempotencyKey?: string | null | undefined;
};

/** The snapshot to remove. */
export type RemoveSnapshotInput = {
  /** The snapshot, such as 1s12. */
  id: string | number;
  /** A key that the caller chooses, 1 to 255 characters, kept for 24 hours within the account. A call that repeats an earlier one, with the same key and input, does nothing and answers with the resource of that call as it is now. The same key with another mutation or other input is refused with IDEMPOTENCY_KEY_REUSED. A call that is refused does not use up its key. */
  idempotencyKey?: string | null | undefined;
};

/** All conditions given must hold; null is the same as left out. A list matches any of its entries, of which there may be at most 1000; an empty list matches nothing. */
export type VolumeFilter = {
  /** Whose name matches. */
  name?: StringFilter | null | undefined;
  /** On any of these storage drivers. */
  driver?: Array<string> | null | undefined;
  /** In any of these states. */
  state?: Array<VolumeState> | null | undefined;
  /** Created after this time; a resource that was created exactly then does not match. */
  createdAfter?: string | null | undefined;
  /** Created before this time; a resource that was created exactly then does not match. */
  createdBefore?: string | null | undefined;
  /** Whether removed resources match. Default: EXCLUDE, or INCLUDE if `state` contains REMOVED. */
  removed?: RemovedFilter | null | undefined;
};

/** How volumes are ordered. */
export type VolumeOrder = {
  /** What to order by. */
  field: VolumeOrderField;
  /** In which direction. */
  direction: OrderDirection;
};

/** The volume to create. */
export type CreateVolumeInput = {
  /** 1 to 255 characters, no control characters. It must be unique among the account's volumes that are not removed. */
  name: string;
  /** Up to 1024 characters; tabs and newlines are allowed. */
  description?: string | null | undefined;
  /** The storage driver. Null or left out: vfs. */
  driver?: string | null | undefined;
  /** The directory, relative to the volumes root. Null or left out: the name. A directory that exists is adopted as it is, a missing one is created. */
  path?: string | null | undefined;
  /** A key that the caller chooses, 1 to 255 characters, kept for 24 hours within the account. A call that repeats an earlier one, with the same key and input, does nothing and answers with the resource of that call as it is now. The same key with another mutation or other input is refused with IDEMPOTENCY_KEY_REUSED. A call that is refused does not use up its key. */
  idempotencyKey?: string | null | undefined;
};

/** A field that is left out stays as it is; null clears the description. A null name is refused with NOT_NULLABLE. */
export type UpdateVolumeInput = {
  /** The volume, such as 1v34. */
  id: string | number;
  /** 1 to 255 characters, no control characters. It must be unique among the account's volumes that are not removed. */
  name?: string | null | undefined;
  /** Up to 1024 characters; tabs and newlines are allowed. */
  description?: string | null | undefined;
  /** A key that the caller chooses, 1 to 255 characters, kept for 24 hours within the account. A call that repeats an earlier one, with the same key and input, does nothing and answers with the resource of that call as it is now. The same key with another mutation or other input is refused with IDEMPOTENCY_KEY_REUSED. A call that is refused does not use up its key. */
  idempotencyKey?: string | null | undefined;
};

/** The volume to remove. */
export type RemoveVolumeInput = {
  /** The volume, such as 1v34. */
  id: string | number;
  /** A key that the caller chooses, 1 to 255 characters, kept for 24 hours within the account. A call that repeats an earlier one, with the same key and input, does nothing and answers with the resource of that call as it is now. The same key with another mutation or other input is refused with IDEMPOTENCY_KEY_REUSED. A call that is refused does not use up its key. */
  idempotencyKey?: string | null | undefined;
};

/** All conditions given must hold; null is the same as left out. A list matches any of its entries, of which there may be at most 1000; an empty list matches nothing. An id that is malformed, of another type or of another account matches nothing. */
export type BackupFilter = {
  /** Of snapshots of any of these volumes. */
  volumeId?: Array<string | number> | null | undefined;
  /** Of any of these snapshots. */
  snapshotId?: Array<string | number> | null | undefined;
  /** In any of these states. */
  state?: Array<BackupState> | null | undefined;
  /** With any of these values of `transitioning`. */
  transitioning?: Array<Transitioning> | null | undefined;
  /** Created after this time; a resource that was created exactly then does not match. */
  createdAfter?: string | null | undefined;
  /** Created before this time; a resource that was created exactly then does not match. */
  createdBefore?: string | null | undefined;
  /** Whether removed resources match. Default: EXCLUDE, or INCLUDE if `state` contains REMOVED. */
  removed?: RemovedFilter | null | undefined;
};

/** How backups are ordered. */
export type BackupOrder = {
  /** What to order by. */
  field: BackupOrderField;
  /** In which direction. */
  direction: OrderDirection;
};

/** The backup to remove. */
export type RemoveBackupInput = {
  /** The backup, such as 1b56. */
  id: string | number;
  /** A key that the caller chooses, 1 to 255 characters, kept for 24 hours within the account. A call that repeats an earlier one, with the same key and input, does nothing and answers with the resource of that call as it is now. The same key with another mutation or other input is refused with IDEMPOTENCY_KEY_REUSED. A call that is refused does not use up its key. */
  idempotencyKey?: string | null | undefined;
};

/** All conditions given must hold; null is the same as left out. A list matches any of its entries, of which there may be at most 1000; an empty list matches nothing. An id that is malformed, of another type or of another account matches nothing. */
export type SnapshotEventFilter = {
  /** Of any of these snapshots. */
  snapshotId?: Array<string | number> | null | undefined;
  /** Of snapshots of any of these volumes. */
  volumeId?: Array<string | number> | null | undefined;
  /** After which the snapshot was in any of these states. */
  to?: Array<SnapshotState> | null | undefined;
  /** Of any of these kinds. */
  kind?: Array<SnapshotEventKind> | null | undefined;
};

export type VolumeFieldsFragment = { id: string, name: string | null, description: string | null, state: VolumeState, created: string, uri: string };

export type BackupFieldsFragment = { id: string, state: BackupState, transitioning: Transitioning, transitioningMessage: string | null, created: string, snapshotId: string, volumeId: string, uri: string, sizeBytes: string | null, checksum: string };

export type SnapshotFieldsFragment = { id: string, name: string | null, description: string | null, state: SnapshotState, transitioning: Transitioning, transitioningMessage: string | null, transitioningProgress: number | null, created: string, removeTime: string | null, volumeId: string, sizeBytes: string | null, checksum: string | null, backup: { id: string, state: BackupState, transitioning: Transitioning, transitioningMessage: string | null, created: string, snapshotId: string, volumeId: string, uri: string, sizeBytes: string | null, checksum: string } | null };

export type EventFieldsFragment = { id: string, kind: SnapshotEventKind, at: string, snapshotId: string, volumeId: string, from: SnapshotState | null, to: SnapshotState, transitioning: Transitioning, message: string | null, attempt: number | null, actor: string | null, requestId: string | null };

export type PageFieldsFragment = { hasNextPage: boolean, endCursor: string | null, hasPreviousPage: boolean, startCursor: string | null };

type Refusal_NotFoundError_Fragment = { message: string, code: ErrorCode };

type Refusal_InvalidInputError_Fragment = { message: string, code: ErrorCode, problems: Array<{ fieldName: string, code: ErrorCode, message: string }> };

type Refusal_ActionNotAvailableError_Fragment = { message: string, code: ErrorCode };

type Refusal_StateUnreachableError_Fragment = { message: string, code: ErrorCode };

type Refusal_WaitTimedOutError_Fragment = { message: string, code: ErrorCode };

export type RefusalFragment =
  | Refusal_NotFoundError_Fragment
  | Refusal_InvalidInputError_Fragment
  | Refusal_ActionNotAvailableError_Fragment
  | Refusal_StateUnreachableError_Fragment
  | Refusal_WaitTimedOutError_Fragment
;

export type GetViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type GetViewerQuery = { viewer: { role: Role, account: { id: string, name: string | null } } };

export type ListVolumesQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  filter?: VolumeFilter | null | undefined;
  orderBy?: VolumeOrder | null | undefined;
}>;


export type ListVolumesQuery = { volumes: { nodes: Array<{ id: string, name: string | null, description: string | null, state: VolumeState, created: string, uri: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null, hasPreviousPage: boolean, startCursor: string | null } } };

export type GetVolumeQueryVariables = Exact<{
  id: string | number;
}>;


export type GetVolumeQuery = { volume: { id: string, name: string | null, description: string | null, state: VolumeState, created: string, uri: string } | null };

export type CreateVolumeMutationVariables = Exact<{
  input: CreateVolumeInput;
}>;


export type CreateVolumeMutation = { createVolume:
    | { __typename: 'Volume', id: string, name: string | null, description: string | null, state: VolumeState, created: string, uri: string }
    | { __typename: 'InvalidInputError', message: string, code: ErrorCode, problems: Array<{ fieldName: string, code: ErrorCode, message: string }> }
   | null };

export type UpdateVolumeMutationVariables = Exact<{
  input: UpdateVolumeInput;
}>;


export type UpdateVolumeMutation = { updateVolume:
    | { __typename: 'Volume', id: string, name: string | null, description: string | null, state: VolumeState, created: string, uri: string }
    | { __typename: 'NotFoundError', message: string, code: ErrorCode }
    | { __typename: 'InvalidInputError', message: string, code: ErrorCode, problems: Array<{ fieldName: string, code: ErrorCode, message: string }> }
    | { __typename: 'ActionNotAvailableError', message: string, code: ErrorCode }
   | null };

export type RemoveVolumeMutationVariables = Exact<{
  input: RemoveVolumeInput;
}>;


export type RemoveVolumeMutation = { removeVolume:
    | { __typename: 'Volume', id: string, name: string | null, description: string | null, state: VolumeState, created: string, uri: string }
    | { __typename: 'NotFoundError', message: string, code: ErrorCode }
    | { __typename: 'InvalidInputError', message: string, code: ErrorCode, problems: Array<{ fieldName: string, code: ErrorCode, message: string }> }
    | { __typename: 'ActionNotAvailableError', message: string, code: ErrorCode }
   | null };

export type ListSnapshotsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  filter?: SnapshotFilter | null | undefined;
  orderBy?: SnapshotOrder | null | undefined;
}>;


export type ListSnapshotsQuery = { snapshots: { nodes: Array<{ id: string, name: string | null, description: string | null, state: SnapshotState, transitioning: Transitioning, transitioningMessage: string | null, transitioningProgress: number | null, created: string, removeTime: string | null, volumeId: string, sizeBytes: string | null, checksum: string | null, backup: { id: string, state: BackupState, transitioning: Transitioning, transitioningMessage: string | null, created: string, snapshotId: string, volumeId: string, uri: string, sizeBytes: string | null, checksum: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null, hasPreviousPage: boolean, startCursor: string | null } } };

export type GetSnapshotQueryVariables = Exact<{
  id: string | number;
}>;


export type GetSnapshotQuery = { snapshot: { id: string, name: string | null, description: string | null, state: SnapshotState, transitioning: Transitioning, transitioningMessage: string | null, transitioningProgress: number | null, created: string, removeTime: string | null, volumeId: string, sizeBytes: string | null, checksum: string | null, backup: { id: string, state: BackupState, transitioning: Transitioning, transitioningMessage: string | null, created: string, snapshotId: string, volumeId: string, uri: string, sizeBytes: string | null, checksum: string } | null } | null };

export type CreateSnapshotMutationVariables = Exact<{
  input: CreateSnapshotInput;
}>;


export type CreateSnapshotMutation = { createSnapshot:
    | { __typename: 'Snapshot', id: string, name: string | null, description: string | null, state: SnapshotState, transitioning: Transitioning, transitioningMessage: string | null, transitioningProgress: number | null, created: string, removeTime: string | null, volumeId: string, sizeBytes: string | null, checksum: string | null, backup: { id: string, state: BackupState, transitioning: Transitioning, transitioningMessage: string | null, created: string, snapshotId: string, volumeId: string, uri: string, sizeBytes: string | null, checksum: string } | null }
    | { __typename: 'InvalidInputError', message: string, code: ErrorCode, problems: Array<{ fieldName: string, code: ErrorCode, message: string }> }
   | null };

export type UpdateSnapshotMutationVariables = Exact<{
  input: UpdateSnapshotInput;
}>;


export type UpdateSnapshotMutation = { updateSnapshot:
    | { __typename: 'Snapshot', id: string, name: string | null, description: string | null, state: SnapshotState, transitioning: Transitioning, transitioningMessage: string | null, transitioningProgress: number | null, created: string, removeTime: string | null, volumeId: string, sizeBytes: string | null, checksum: string | null, backup: { id: string, state: BackupState, transitioning: Transitioning, transitioningMessage: string | null, created: string, snapshotId: string, volumeId: string, uri: string, sizeBytes: string | null, checksum: string } | null }
    | { __typename: 'NotFoundError', message: string, code: ErrorCode }
    | { __typename: 'InvalidInputError', message: string, code: ErrorCode, problems: Array<{ fieldName: string, code: ErrorCode, message: string }> }
    | { __typename: 'ActionNotAvailableError', message: string, code: ErrorCode }
   | null };

export type BackUpSnapshotMutationVariables = Exact<{
  input: BackupSnapshotInput;
}>;


export type BackUpSnapshotMutation = { backupSnapshot:
    | { __typename: 'Snapshot', id: string, name: string | null, description: string | null, state: SnapshotState, transitioning: Transitioning, transitioningMessage: string | null, transitioningProgress: number | null, created: string, removeTime: string | null, volumeId: string, sizeBytes: string | null, checksum: string | null, backup: { id: string, state: BackupState, transitioning: Transitioning, transitioningMessage: string | null, created: string, snapshotId: string, volumeId: string, uri: string, sizeBytes: string | null, checksum: string } | null }
    | { __typename: 'NotFoundError', message: string, code: ErrorCode }
    | { __typename: 'InvalidInputError', message: string, code: ErrorCode, problems: Array<{ fieldName: string, code: ErrorCode, message: string }> }
    | { __typename: 'ActionNotAvailableError', message: string, code: ErrorCode }
   | null };

export type RemoveSnapshotMutationVariables = Exact<{
  input: RemoveSnapshotInput;
}>;


export type RemoveSnapshotMutation = { removeSnapshot:
    | { __typename: 'Snapshot', id: string, name: string | null, description: string | null, state: SnapshotState, transitioning: Transitioning, transitioningMessage: string | null, transitioningProgress: number | null, created: string, removeTime: string | null, volumeId: string, sizeBytes: string | null, checksum: string | null, backup: { id: string, state: BackupState, transitioning: Transitioning, transitioningMessage: string | null, created: string, snapshotId: string, volumeId: string, uri: string, sizeBytes: string | null, checksum: string } | null }
    | { __typename: 'NotFoundError', message: string, code: ErrorCode }
    | { __typename: 'InvalidInputError', message: string, code: ErrorCode, problems: Array<{ fieldName: string, code: ErrorCode, message: string }> }
    | { __typename: 'ActionNotAvailableError', message: string, code: ErrorCode }
   | null };

export type AwaitSnapshotQueryVariables = Exact<{
  id: string | number;
  until?: Array<SnapshotState> | SnapshotState | null | undefined;
  timeoutSeconds?: number;
}>;


export type AwaitSnapshotQuery = { awaitSnapshot:
    | { __typename: 'Snapshot', id: string, name: string | null, description: string | null, state: SnapshotState, transitioning: Transitioning, transitioningMessage: string | null, transitioningProgress: number | null, created: string, removeTime: string | null, volumeId: string, sizeBytes: string | null, checksum: string | null, backup: { id: string, state: BackupState, transitioning: Transitioning, transitioningMessage: string | null, created: string, snapshotId: string, volumeId: string, uri: string, sizeBytes: string | null, checksum: string } | null }
    | { __typename: 'NotFoundError', message: string, code: ErrorCode }
    | { __typename: 'StateUnreachableError', message: string, code: ErrorCode, snapshot: { id: string, name: string | null, description: string | null, state: SnapshotState, transitioning: Transitioning, transitioningMessage: string | null, transitioningProgress: number | null, created: string, removeTime: string | null, volumeId: string, sizeBytes: string | null, checksum: string | null, backup: { id: string, state: BackupState, transitioning: Transitioning, transitioningMessage: string | null, created: string, snapshotId: string, volumeId: string, uri: string, sizeBytes: string | null, checksum: string } | null } }
    | { __typename: 'WaitTimedOutError', message: string, code: ErrorCode, snapshot: { id: string, name: string | null, description: string | null, state: SnapshotState, transitioning: Transitioning, transitioningMessage: string | null, transitioningProgress: number | null, created: string, removeTime: string | null, volumeId: string, sizeBytes: string | null, checksum: string | null, backup: { id: string, state: BackupState, transitioning: Transitioning, transitioningMessage: string | null, created: string, snapshotId: string, volumeId: string, uri: string, sizeBytes: string | null, checksum: string } | null } }
   | null };

export type ListBackupsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  filter?: BackupFilter | null | undefined;
  orderBy?: BackupOrder | null | undefined;
}>;


export type ListBackupsQuery = { backups: { nodes: Array<{ id: string, state: BackupState, transitioning: Transitioning, transitioningMessage: string | null, created: string, snapshotId: string, volumeId: string, uri: string, sizeBytes: string | null, checksum: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null, hasPreviousPage: boolean, startCursor: string | null } } };

export type GetBackupQueryVariables = Exact<{
  id: string | number;
}>;


export type GetBackupQuery = { backup: { id: string, state: BackupState, transitioning: Transitioning, transitioningMessage: string | null, created: string, snapshotId: string, volumeId: string, uri: string, sizeBytes: string | null, checksum: string } | null };

export type RemoveBackupMutationVariables = Exact<{
  input: RemoveBackupInput;
}>;


export type RemoveBackupMutation = { removeBackup:
    | { __typename: 'Backup', id: string, state: BackupState, transitioning: Transitioning, transitioningMessage: string | null, created: string, snapshotId: string, volumeId: string, uri: string, sizeBytes: string | null, checksum: string }
    | { __typename: 'NotFoundError', message: string, code: ErrorCode }
    | { __typename: 'InvalidInputError', message: string, code: ErrorCode, problems: Array<{ fieldName: string, code: ErrorCode, message: string }> }
    | { __typename: 'ActionNotAvailableError', message: string, code: ErrorCode }
   | null };

export type ListSnapshotEventsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  filter?: SnapshotEventFilter | null | undefined;
}>;


export type ListSnapshotEventsQuery = { snapshotEvents: { latestCursor: string, nodes: Array<{ id: string, kind: SnapshotEventKind, at: string, snapshotId: string, volumeId: string, from: SnapshotState | null, to: SnapshotState, transitioning: Transitioning, message: string | null, attempt: number | null, actor: string | null, requestId: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null, hasPreviousPage: boolean, startCursor: string | null } } | null };

export type WatchSnapshotEventsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
  filter?: SnapshotEventFilter | null | undefined;
}>;


export type WatchSnapshotEventsSubscription = { snapshotEvents: { cursor: string, event: { id: string, kind: SnapshotEventKind, at: string, snapshotId: string, volumeId: string, from: SnapshotState | null, to: SnapshotState, transitioning: Transitioning, message: string | null, attempt: number | null, actor: string | null, requestId: string | null } | null } | null };

export const VolumeFieldsFragmentDoc = new TypedDocumentString(`
    fragment VolumeFields on Volume {
  id
  name
  description
  state
  created
  uri
}
    `, {"fragmentName":"VolumeFields"}) as unknown as TypedDocumentString<VolumeFieldsFragment, unknown>;
export const BackupFieldsFragmentDoc = new TypedDocumentString(`
    fragment BackupFields on Backup {
  id
  state
  transitioning
  transitioningMessage
  created
  snapshotId
  volumeId
  uri
  sizeBytes
  checksum
}
    `, {"fragmentName":"BackupFields"}) as unknown as TypedDocumentString<BackupFieldsFragment, unknown>;
export const SnapshotFieldsFragmentDoc = new TypedDocumentString(`
    fragment SnapshotFields on Snapshot {
  id
  name
  description
  state
  transitioning
  transitioningMessage
  transitioningProgress
  created
  removeTime
  volumeId
  sizeBytes
  checksum
  backup {
    ...BackupFields
  }
}
    fragment BackupFields on Backup {
  id
  state
  transitioning
  transitioningMessage
  created
  snapshotId
  volumeId
  uri
  sizeBytes
  checksum
}`, {"fragmentName":"SnapshotFields"}) as unknown as TypedDocumentString<SnapshotFieldsFragment, unknown>;
export const EventFieldsFragmentDoc = new TypedDocumentString(`
    fragment EventFields on SnapshotEvent {
  id
  kind
  at
  snapshotId
  volumeId
  from
  to
  transitioning
  message
  attempt
  actor
  requestId
}
    `, {"fragmentName":"EventFields"}) as unknown as TypedDocumentString<EventFieldsFragment, unknown>;
export const PageFieldsFragmentDoc = new TypedDocumentString(`
    fragment PageFields on PageInfo {
  hasNextPage
  endCursor
  hasPreviousPage
  startCursor
}
    `, {"fragmentName":"PageFields"}) as unknown as TypedDocumentString<PageFieldsFragment, unknown>;
export const RefusalFragmentDoc = new TypedDocumentString(`
    fragment Refusal on UserError {
  message
  code
  ... on InvalidInputError {
    problems {
      fieldName
      code
      message
    }
  }
}
    `, {"fragmentName":"Refusal"}) as unknown as TypedDocumentString<RefusalFragment, unknown>;
export const GetViewerDocument = new TypedDocumentString(`
    query GetViewer {
  viewer {
    role
    account {
      id
      name
    }
  }
}
    `) as unknown as TypedDocumentString<GetViewerQuery, GetViewerQueryVariables>;
export const ListVolumesDocument = new TypedDocumentString(`
    query ListVolumes($first: Int, $after: String, $last: Int, $before: String, $filter: VolumeFilter, $orderBy: VolumeOrder) {
  volumes(
    first: $first
    after: $after
    last: $last
    before: $before
    filter: $filter
    orderBy: $orderBy
  ) {
    nodes {
      ...VolumeFields
    }
    pageInfo {
      ...PageFields
    }
  }
}
    fragment VolumeFields on Volume {
  id
  name
  description
  state
  created
  uri
}
fragment PageFields on PageInfo {
  hasNextPage
  endCursor
  hasPreviousPage
  startCursor
}`) as unknown as TypedDocumentString<ListVolumesQuery, ListVolumesQueryVariables>;
export const GetVolumeDocument = new TypedDocumentString(`
    query GetVolume($id: ID!) {
  volume(id: $id) {
    ...VolumeFields
  }
}
    fragment VolumeFields on Volume {
  id
  name
  description
  state
  created
  uri
}`) as unknown as TypedDocumentString<GetVolumeQuery, GetVolumeQueryVariables>;
export const CreateVolumeDocument = new TypedDocumentString(`
    mutation CreateVolume($input: CreateVolumeInput!) {
  createVolume(input: $input) {
    __typename
    ...VolumeFields
    ...Refusal
  }
}
    fragment VolumeFields on Volume {
  id
  name
  description
  state
  created
  uri
}
fragment Refusal on UserError {
  message
  code
  ... on InvalidInputError {
    problems {
      fieldName
      code
      message
    }
  }
}`) as unknown as TypedDocumentString<CreateVolumeMutation, CreateVolumeMutationVariables>;
export const UpdateVolumeDocument = new TypedDocumentString(`
    mutation UpdateVolume($input: UpdateVolumeInput!) {
  updateVolume(input: $input) {
    __typename
    ...VolumeFields
    ...Refusal
  }
}
    fragment VolumeFields on Volume {
  id
  name
  description
  state
  created
  uri
}
fragment Refusal on UserError {
  message
  code
  ... on InvalidInputError {
    problems {
      fieldName
      code
      message
    }
  }
}`) as unknown as TypedDocumentString<UpdateVolumeMutation, UpdateVolumeMutationVariables>;
export const RemoveVolumeDocument = new TypedDocumentString(`
    mutation RemoveVolume($input: RemoveVolumeInput!) {
  removeVolume(input: $input) {
    __typename
    ...VolumeFields
    ...Refusal
  }
}
    fragment VolumeFields on Volume {
  id
  name
  description
  state
  created
  uri
}
fragment Refusal on UserError {
  message
  code
  ... on InvalidInputError {
    problems {
      fieldName
      code
      message
    }
  }
}`) as unknown as TypedDocumentString<RemoveVolumeMutation, RemoveVolumeMutationVariables>;
export const ListSnapshotsDocument = new TypedDocumentString(`
    query ListSnapshots($first: Int, $after: String, $last: Int, $before: String, $filter: SnapshotFilter, $orderBy: SnapshotOrder) {
  snapshots(
    first: $first
    after: $after
    last: $last
    before: $before
    filter: $filter
    orderBy: $orderBy
  ) {
    nodes {
      ...SnapshotFields
    }
    pageInfo {
      ...PageFields
    }
  }
}
    fragment BackupFields on Backup {
  id
  state
  transitioning
  transitioningMessage
  created
  snapshotId
  volumeId
  uri
  sizeBytes
  checksum
}
fragment SnapshotFields on Snapshot {
  id
  name
  description
  state
  transitioning
  transitioningMessage
  transitioningProgress
  created
  removeTime
  volumeId
  sizeBytes
  checksum
  backup {
    ...BackupFields
  }
}
fragment PageFields on PageInfo {
  hasNextPage
  endCursor
  hasPreviousPage
  startCursor
}`) as unknown as TypedDocumentString<ListSnapshotsQuery, ListSnapshotsQueryVariables>;
export const GetSnapshotDocument = new TypedDocumentString(`
    query GetSnapshot($id: ID!) {
  snapshot(id: $id) {
    ...SnapshotFields
  }
}
    fragment BackupFields on Backup {
  id
  state
  transitioning
  transitioningMessage
  created
  snapshotId
  volumeId
  uri
  sizeBytes
  checksum
}
fragment SnapshotFields on Snapshot {
  id
  name
  description
  state
  transitioning
  transitioningMessage
  transitioningProgress
  created
  removeTime
  volumeId
  sizeBytes
  checksum
  backup {
    ...BackupFields
  }
}`) as unknown as TypedDocumentString<GetSnapshotQuery, GetSnapshotQueryVariables>;
export const CreateSnapshotDocument = new TypedDocumentString(`
    mutation CreateSnapshot($input: CreateSnapshotInput!) {
  createSnapshot(input: $input) {
    __typename
    ...SnapshotFields
    ...Refusal
  }
}
    fragment BackupFields on Backup {
  id
  state
  transitioning
  transitioningMessage
  created
  snapshotId
  volumeId
  uri
  sizeBytes
  checksum
}
fragment SnapshotFields on Snapshot {
  id
  name
  description
  state
  transitioning
  transitioningMessage
  transitioningProgress
  created
  removeTime
  volumeId
  sizeBytes
  checksum
  backup {
    ...BackupFields
  }
}
fragment Refusal on UserError {
  message
  code
  ... on InvalidInputError {
    problems {
      fieldName
      code
      message
    }
  }
}`) as unknown as TypedDocumentString<CreateSnapshotMutation, CreateSnapshotMutationVariables>;
export const UpdateSnapshotDocument = new TypedDocumentString(`
    mutation UpdateSnapshot($input: UpdateSnapshotInput!) {
  updateSnapshot(input: $input) {
    __typename
    ...SnapshotFields
    ...Refusal
  }
}
    fragment BackupFields on Backup {
  id
  state
  transitioning
  transitioningMessage
  created
  snapshotId
  volumeId
  uri
  sizeBytes
  checksum
}
fragment SnapshotFields on Snapshot {
  id
  name
  description
  state
  transitioning
  transitioningMessage
  transitioningProgress
  created
  removeTime
  volumeId
  sizeBytes
  checksum
  backup {
    ...BackupFields
  }
}
fragment Refusal on UserError {
  message
  code
  ... on InvalidInputError {
    problems {
      fieldName
      code
      message
    }
  }
}`) as unknown as TypedDocumentString<UpdateSnapshotMutation, UpdateSnapshotMutationVariables>;
export const BackUpSnapshotDocument = new TypedDocumentString(`
    mutation BackUpSnapshot($input: BackupSnapshotInput!) {
  backupSnapshot(input: $input) {
    __typename
    ...SnapshotFields
    ...Refusal
  }
}
    fragment BackupFields on Backup {
  id
  state
  transitioning
  transitioningMessage
  created
  snapshotId
  volumeId
  uri
  sizeBytes
  checksum
}
fragment SnapshotFields on Snapshot {
  id
  name
  description
  state
  transitioning
  transitioningMessage
  transitioningProgress
  created
  removeTime
  volumeId
  sizeBytes
  checksum
  backup {
    ...BackupFields
  }
}
fragment Refusal on UserError {
  message
  code
  ... on InvalidInputError {
    problems {
      fieldName
      code
      message
    }
  }
}`) as unknown as TypedDocumentString<BackUpSnapshotMutation, BackUpSnapshotMutationVariables>;
export const RemoveSnapshotDocument = new TypedDocumentString(`
    mutation RemoveSnapshot($input: RemoveSnapshotInput!) {
  removeSnapshot(input: $input) {
    __typename
    ...SnapshotFields
    ...Refusal
  }
}
    fragment BackupFields on Backup {
  id
  state
  transitioning
  transitioningMessage
  created
  snapshotId
  volumeId
  uri
  sizeBytes
  checksum
}
fragment SnapshotFields on Snapshot {
  id
  name
  description
  state
  transitioning
  transitioningMessage
  transitioningProgress
  created
  removeTime
  volumeId
  sizeBytes
  checksum
  backup {
    ...BackupFields
  }
}
fragment Refusal on UserError {
  message
  code
  ... on InvalidInputError {
    problems {
      fieldName
      code
      message
    }
  }
}`) as unknown as TypedDocumentString<RemoveSnapshotMutation, RemoveSnapshotMutationVariables>;
export const AwaitSnapshotDocument = new TypedDocumentString(`
    query AwaitSnapshot($id: ID!, $until: [SnapshotState!], $timeoutSeconds: Int! = 30) {
  awaitSnapshot(id: $id, until: $until, timeoutSeconds: $timeoutSeconds) {
    __typename
    ...SnapshotFields
    ...Refusal
    ... on StateUnreachableError {
      snapshot {
        ...SnapshotFields
      }
    }
    ... on WaitTimedOutError {
      snapshot {
        ...SnapshotFields
      }
    }
  }
}
    fragment BackupFields on Backup {
  id
  state
  transitioning
  transitioningMessage
  created
  snapshotId
  volumeId
  uri
  sizeBytes
  checksum
}
fragment SnapshotFields on Snapshot {
  id
  name
  description
  state
  transitioning
  transitioningMessage
  transitioningProgress
  created
  removeTime
  volumeId
  sizeBytes
  checksum
  backup {
    ...BackupFields
  }
}
fragment Refusal on UserError {
  message
  code
  ... on InvalidInputError {
    problems {
      fieldName
      code
      message
    }
  }
}`) as unknown as TypedDocumentString<AwaitSnapshotQuery, AwaitSnapshotQueryVariables>;
export const ListBackupsDocument = new TypedDocumentString(`
    query ListBackups($first: Int, $after: String, $last: Int, $before: String, $filter: BackupFilter, $orderBy: BackupOrder) {
  backups(
    first: $first
    after: $after
    last: $last
    before: $before
    filter: $filter
    orderBy: $orderBy
  ) {
    nodes {
      ...BackupFields
    }
    pageInfo {
      ...PageFields
    }
  }
}
    fragment BackupFields on Backup {
  id
  state
  transitioning
  transitioningMessage
  created
  snapshotId
  volumeId
  uri
  sizeBytes
  checksum
}
fragment PageFields on PageInfo {
  hasNextPage
  endCursor
  hasPreviousPage
  startCursor
}`) as unknown as TypedDocumentString<ListBackupsQuery, ListBackupsQueryVariables>;
export const GetBackupDocument = new TypedDocumentString(`
    query GetBackup($id: ID!) {
  backup(id: $id) {
    ...BackupFields
  }
}
    fragment BackupFields on Backup {
  id
  state
  transitioning
  transitioningMessage
  created
  snapshotId
  volumeId
  uri
  sizeBytes
  checksum
}`) as unknown as TypedDocumentString<GetBackupQuery, GetBackupQueryVariables>;
export const RemoveBackupDocument = new TypedDocumentString(`
    mutation RemoveBackup($input: RemoveBackupInput!) {
  removeBackup(input: $input) {
    __typename
    ...BackupFields
    ...Refusal
  }
}
    fragment BackupFields on Backup {
  id
  state
  transitioning
  transitioningMessage
  created
  snapshotId
  volumeId
  uri
  sizeBytes
  checksum
}
fragment Refusal on UserError {
  message
  code
  ... on InvalidInputError {
    problems {
      fieldName
      code
      message
    }
  }
}`) as unknown as TypedDocumentString<RemoveBackupMutation, RemoveBackupMutationVariables>;
export const ListSnapshotEventsDocument = new TypedDocumentString(`
    query ListSnapshotEvents($first: Int, $after: String, $last: Int, $before: String, $filter: SnapshotEventFilter) {
  snapshotEvents(
    first: $first
    after: $after
    last: $last
    before: $before
    filter: $filter
  ) {
    nodes {
      ...EventFields
    }
    pageInfo {
      ...PageFields
    }
    latestCursor
  }
}
    fragment EventFields on SnapshotEvent {
  id
  kind
  at
  snapshotId
  volumeId
  from
  to
  transitioning
  message
  attempt
  actor
  requestId
}
fragment PageFields on PageInfo {
  hasNextPage
  endCursor
  hasPreviousPage
  startCursor
}`) as unknown as TypedDocumentString<ListSnapshotEventsQuery, ListSnapshotEventsQueryVariables>;
export const WatchSnapshotEventsDocument = new TypedDocumentString(`
    subscription WatchSnapshotEvents($after: String, $filter: SnapshotEventFilter) {
  snapshotEvents(after: $after, filter: $filter) {
    cursor
    event {
      ...EventFields
    }
  }
}
    fragment EventFields on SnapshotEvent {
  id
  kind
  at
  snapshotId
  volumeId
  from
  to
  transitioning
  message
  attempt
  actor
  requestId
}`) as unknown as TypedDocumentString<WatchSnapshotEventsSubscription, WatchSnapshotEventsSubscriptionVariables>;
