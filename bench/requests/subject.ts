import type { Kind } from './kinds.ts'

/** A place in the list of snapshots by CREATED. */
export interface Position {
  /** With six fraction digits. */
  created: string
  id: string
}

/** What a request is about, whoever is asked: numbers of the database, times as in RFC 3339. */
export interface Subjects {
  Q1: { snapshot: string }
  Q2: { after: Position }
  Q3: { volume: string }
  Q4: { volume: string; name: string }
  Q5: { createdAfter: string }
}

export type Subject = Subjects[Kind]

/** Of all snapshots that Q4 makes: they are deleted by it after each turn. */
export const nameOfCreated = 'bench'
