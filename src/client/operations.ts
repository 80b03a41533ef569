/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
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

/** The snapshot to back up. */
export type BackupSnapshotInput = {
  /** The snapshot, such as 1s12. */
  id: string | number;
  /** A key that the caller chooses, 1 to 255 characters, kept for 24 hours within the account. A call that repeats an earlier one, with the same key and input, does nothing and answers with the resource of that call as it is now. The same key with another mutation or other input is refused with IDEMPOTENCY_KEY_REUSED. A call that is refused does not use up its key. */
  idempotencyKey?: string | null | undefined;
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

export type SnapshotProgressFragment = { id: string, name: string | null, state: SnapshotState, transitioning: Transitioning, transitioningMessage: string | null, transitioningProgress: number | null, sizeBytes: string | null, checksum: string | null, backup: { id: string, uri: string, sizeBytes: string | null, checksum: string } | null };

export type CreateVolumeMutationVariables = Exact<{
  input: CreateVolumeInput;
}>;


export type CreateVolumeMutation = { createVolume:
    | { __typename: 'Volume', id: string, name: string | null, uri: string }
    | { __typename: 'InvalidInputError', message: string, code: ErrorCode }
   | null };

export type CreateSnapshotMutationVariables = Exact<{
  input: CreateSnapshotInput;
}>;


export type CreateSnapshotMutation = { createSnapshot:
    | { __typename: 'Snapshot', id: string, name: string | null, state: SnapshotState, transitioning: Transitioning, transitioningMessage: string | null, transitioningProgress: number | null, sizeBytes: string | null, checksum: string | null, backup: { id: string, uri: string, sizeBytes: string | null, checksum: string } | null }
    | { __typename: 'InvalidInputError', message: string, code: ErrorCode }
   | null };

export type BackUpSnapshotMutationVariables = Exact<{
  input: BackupSnapshotInput;
}>;


export type BackUpSnapshotMutation = { backupSnapshot:
    | { __typename: 'Snapshot', id: string, name: string | null, state: SnapshotState, transitioning: Transitioning, transitioningMessage: string | null, transitioningProgress: number | null, sizeBytes: string | null, checksum: string | null, backup: { id: string, uri: string, sizeBytes: string | null, checksum: string } | null }
    | { __typename: 'NotFoundError', message: string, code: ErrorCode }
    | { __typename: 'InvalidInputError', message: string, code: ErrorCode }
    | { __typename: 'ActionNotAvailableError', message: string, code: ErrorCode }
   | null };

export type SnapshotProgressQueryVariables = Exact<{
  id: string | number;
}>;


export type SnapshotProgressQuery = { snapshot: { id: string, name: string | null, state: SnapshotState, transitioning: Transitioning, transitioningMessage: string | null, transitioningProgress: number | null, sizeBytes: string | null, checksum: string | null, backup: { id: string, uri: string, sizeBytes: string | null, checksum: string } | null } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const SnapshotProgressFragmentDoc = new TypedDocumentString(`
    fragment SnapshotProgress on Snapshot {
  id
  name
  state
  transitioning
  transitioningMessage
  transitioningProgress
  sizeBytes
  checksum
  backup {
    id
    uri
    sizeBytes
    checksum
  }
}
    `, {"fragmentName":"SnapshotProgress"}) as unknown as TypedDocumentString<SnapshotProgressFragment, unknown>;
export const CreateVolumeDocument = new TypedDocumentString(`
    mutation CreateVolume($input: CreateVolumeInput!) {
  createVolume(input: $input) {
    __typename
    ... on Volume {
      id
      name
      uri
    }
    ... on UserError {
      message
      code
    }
  }
}
    `) as unknown as TypedDocumentString<CreateVolumeMutation, CreateVolumeMutationVariables>;
export const CreateSnapshotDocument = new TypedDocumentString(`
    mutation CreateSnapshot($input: CreateSnapshotInput!) {
  createSnapshot(input: $input) {
    __typename
    ...SnapshotProgress
    ... on UserError {
      message
      code
    }
  }
}
    fragment SnapshotProgress on Snapshot {
  id
  name
  state
  transitioning
  transitioningMessage
  transitioningProgress
  sizeBytes
  checksum
  backup {
    id
    uri
    sizeBytes
    checksum
  }
}`) as unknown as TypedDocumentString<CreateSnapshotMutation, CreateSnapshotMutationVariables>;
export const BackUpSnapshotDocument = new TypedDocumentString(`
    mutation BackUpSnapshot($input: BackupSnapshotInput!) {
  backupSnapshot(input: $input) {
    __typename
    ...SnapshotProgress
    ... on UserError {
      message
      code
    }
  }
}
    fragment SnapshotProgress on Snapshot {
  id
  name
  state
  transitioning
  transitioningMessage
  transitioningProgress
  sizeBytes
  checksum
  backup {
    id
    uri
    sizeBytes
    checksum
  }
}`) as unknown as TypedDocumentString<BackUpSnapshotMutation, BackUpSnapshotMutationVariables>;
export const SnapshotProgressDocument = new TypedDocumentString(`
    query SnapshotProgress($id: ID!) {
  snapshot(id: $id) {
    ...SnapshotProgress
  }
}
    fragment SnapshotProgress on Snapshot {
  id
  name
  state
  transitioning
  transitioningMessage
  transitioningProgress
  sizeBytes
  checksum
  backup {
    id
    uri
    sizeBytes
    checksum
  }
}`) as unknown as TypedDocumentString<SnapshotProgressQuery, SnapshotProgressQueryVariables>;