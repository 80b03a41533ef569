/** What is asked. */
export const kinds = ['Q1', 'Q2', 'Q3', 'Q4', 'Q5'] as const
export type Kind = (typeof kinds)[number]

export const titles: Record<Kind, string> = {
  Q1: 'one snapshot with its volume',
  Q2: 'a page of 50 snapshots with their volumes',
  Q3: 'a volume with its first 20 snapshots',
  Q4: 'createSnapshot',
  Q5: 'a page of 50 by state and time, oldest first',
}

/** What an answer has where it is the one that was asked for. */
export const proofs: Record<Kind, string> = {
  Q1: '"created":"',
  Q2: '"created":"',
  Q3: '"created":"',
  Q4: '"REQUESTED"',
  Q5: '"created":"',
}
