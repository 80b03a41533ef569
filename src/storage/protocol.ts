import { type StorageDriver, StorageError, type StorageErrorCode, type StoredCopy } from './driver.ts'
import type { VfsConfig } from './vfs/vfs-config.ts'

// What a process that needs storage and its child say to each other, over IPC. A child does one call at a time.

export type Method = keyof StorageDriver

export type ToChild =
  /** `niceness` 0: it is as urgent as its parent. */
  | { type: 'start'; vfs: VfsConfig; niceness: number }
  | { type: 'call'; method: Method; args: unknown[] }
  /** The answer to `confirm`; `refused` where the parent's own confirm rejected. */
  | { type: 'confirmed'; refused: boolean }
  | { type: 'abort' }

export type FromChild =
  | { type: 'progress'; percent: number }
  | { type: 'confirm'; copy: StoredCopy }
  | { type: 'done'; value: unknown }
  | { type: 'failed'; error: WireError }
  | { type: 'log'; level: 'info' | 'warn' | 'error'; fields: object; message: string }

/** An error that loses nothing on its way but its class. */
export interface WireError {
  code: StorageErrorCode
  message: string
  retryable: boolean
}

export function toWire(error: StorageError): WireError {
  const { code, message, retryable } = error
  return { code, message, retryable }
}

export function fromWire({ code, message, retryable }: WireError): StorageError {
  return new StorageError(code, message, { retryable })
}
