/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What is wrong, for programs. Values may be added: keep a default branch. */
export type ErrorCode =
  /** The account has no such resource. */
  | 'NOT_FOUND'
  /** The id of another resource names none that can be used here. */
  | 'INVALID_REFERENCE'
  /** The value does not have the form that is asked for, such as a path below the volumes root. */
  | 'INVALID_FORMAT'
  /** The text contains characters that are not allowed, such as control characters in a name. */
  | 'INVALID_CHARACTERS'
  /** The value is none of those on offer, such as the name of a storage driver. */
  | 'INVALID_OPTION'
  /** The field must not be null. */
  | 'NOT_NULLABLE'
  /** The text is too short, in Unicode code points. */
  | 'MIN_LENGTH_EXCEEDED'
  /** The text is too long, in Unicode code points. */
  | 'MAX_LENGTH_EXCEEDED'
  /** Another resource has this value already. */
  | 'NOT_UNIQUE'
  /** The resource is not in a state in which the action is accepted. */
  | 'ACTION_NOT_AVAILABLE'
  /** The role of the caller does not suffice. */
  | 'FORBIDDEN'
  /** The idempotency key was used for another mutation or input within 24 hours. */
  | 'IDEMPOTENCY_KEY_REUSED';

/** Rancher: whether a resource is between two states, and whether the last transition failed. */
export type Transitioning =
  /** Nothing is under way. */
  | 'NO'
  /** Work is under way, or waits for a worker or for its next attempt. */
  | 'YES'
  /** The last transition failed; transitioningMessage says why. */
  | 'ERROR';

/** Rancher: requested -> creating -> created -> backing-up -> backed-up; all but removed -> removing -> removed. */
export type SnapshotState =
  /** Accepted; no worker has taken it up yet. */
  | 'REQUESTED'
  /** Being taken; with transitioning ERROR: it could not be taken. */
  | 'CREATING'
  /** The archive is stored. */
  | 'CREATED'
  /** A copy is being made and verified. */
  | 'BACKING_UP'
  /** A copy was written, synced, read back and found right. */
  | 'BACKED_UP'
  /** Being deleted; with transitioning ERROR: it could not be deleted. */
  | 'REMOVING'
  /** The archive is deleted. The row stays readable by its id. */
  | 'REMOVED';

/** A snapshot to be taken. */
export type CreateSnapshotInput = {
  /** The volume, such as 1v34; it must not be removed. */
  volumeId: string | number;
  /** 1 to 255 characters, no control characters; may be null. Need not be unique. */
  name?: string | null | undefined;
  /** Up to 1024 characters; tab and newline are fine. */
  description?: string | null | undefined;
  /** 1 to 255 characters, the account's own, kept 24 hours. The same key with the same mutation and input gives the resource of the first call, as it is now, and does nothing; with anything else: InvalidInputError, IDEMPOTENCY_KEY_REUSED. A refused call leaves no key behind. */
  idempotencyKey?: string | null | undefined;
};

/** A snapshot to be backed up. */
export type BackupSnapshotInput = {
  /** The snapshot, such as 1s12. */
  id: string | number;
  /** 1 to 255 characters, the account's own, kept 24 hours. The same key with the same mutation and input gives the resource of the first call, as it is now, and does nothing; with anything else: InvalidInputError, IDEMPOTENCY_KEY_REUSED. A refused call leaves no key behind. */
  idempotencyKey?: string | null | undefined;
};

/** A snapshot to be removed. */
export type RemoveSnapshotInput = {
  /** The snapshot, such as 1s12. */
  id: string | number;
  /** 1 to 255 characters, the account's own, kept 24 hours. The same key with the same mutation and input gives the resource of the first call, as it is now, and does nothing; with anything else: InvalidInputError, IDEMPOTENCY_KEY_REUSED. A refused call leaves no key behind. */
  idempotencyKey?: string | null | undefined;
};

/** A volume to be made, or an existing directory to be adopted. */
export type CreateVolumeInput = {
  /** 1 to 255 characters, no control characters; unique among the account's volumes. */
  name: string;
  /** Up to 1024 characters; tab and newline are fine. */
  description?: string | null | undefined;
  /** The storage driver; null or left out: vfs. */
  driver?: string | null | undefined;
  /** The directory under the volumes root; null or left out: the name. An existing one is adopted, a missing one made. */
  path?: string | null | undefined;
  /** 1 to 255 characters, the account's own, kept 24 hours. The same key with the same mutation and input gives the resource of the first call, as it is now, and does nothing; with anything else: InvalidInputError, IDEMPOTENCY_KEY_REUSED. A refused call leaves no key behind. */
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

export type RemoveSnapshotMutationVariables = Exact<{
  input: RemoveSnapshotInput;
}>;


export type RemoveSnapshotMutation = { removeSnapshot:
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
export const RemoveSnapshotDocument = new TypedDocumentString(`
    mutation RemoveSnapshot($input: RemoveSnapshotInput!) {
  removeSnapshot(input: $input) {
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
}`) as unknown as TypedDocumentString<RemoveSnapshotMutation, RemoveSnapshotMutationVariables>;
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