/** How much is seeded. */
export interface Size {
  accounts: number
  /** No fewer than accounts. */
  volumes: number
  snapshots: number
}

/** What is seeded unless told otherwise, and the most: of snapshots, those of 190 years. */
export const sizes = {
  volumes: { default: 100, most: 1_000_000 },
  snapshots: { default: 10_000, most: 100_000_000 },
  accounts: { default: 1, most: 10_000 },
} as const satisfies Record<keyof Size, { default: number; most: number }>
