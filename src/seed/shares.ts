import type { Size } from './size.ts'

/** What one account gets. */
export interface Share {
  /** From 1 on: which account it is. */
  account: number
  volumes: number
  snapshots: number
  /** Numbers over all accounts: how many volumes, and snapshots, those before it have. */
  volumesBefore: number
  snapshotsBefore: number
}

/** Account 1 gets half, if there are others; what is left is spread evenly over them. Each gets a volume at least. */
export function shares({ accounts, volumes, snapshots }: Size): Share[] {
  const ofVolumes = split(volumes, accounts, 1)
  const ofSnapshots = split(snapshots, accounts, 0)
  return Array.from({ length: accounts }, (_, index) => ({
    account: index + 1,
    volumes: ofVolumes(index + 1) - ofVolumes(index),
    snapshots: ofSnapshots(index + 1) - ofSnapshots(index),
    volumesBefore: ofVolumes(index),
    snapshotsBefore: ofSnapshots(index),
  }))
}

/** How much of it the first accounts have together, by how many they are. */
function split(total: number, accounts: number, least: number): (count: number) => number {
  const others = accounts - 1
  const first = others === 0 ? total : Math.min(Math.ceil(total / 2), total - least * others)
  return (count) =>
    count <= 1 ? count * first : first + Math.floor(((total - first) * (count - 1)) / others)
}
