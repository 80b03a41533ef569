import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from '../client/create-client.ts'
import { GetSnapshotDocument, type SnapshotFieldsFragment } from '../client/operations.ts'
import { progressBar } from '../progress-bar.ts'

/** Follows a snapshot until nothing is under way. Throws where that ended in an error, with its message. */
export async function follow(client: Client, id: string, label: string): Promise<SnapshotFieldsFragment> {
  for (;;) {
    const { snapshot } = await client.request(GetSnapshotDocument, { id })
    if (!snapshot) throw new Error(`there is no snapshot ${id}`)
    if (snapshot.transitioning === 'ERROR') throw new Error(snapshot.transitioningMessage ?? 'it failed')
    const done = snapshot.transitioning === 'NO'
    progressBar(label, done ? 100 : (snapshot.transitioningProgress ?? 0), { done })
    if (done) return snapshot
    await pause(100)
  }
}
