import { setTimeout as pause } from 'node:timers/promises'
import { SnapshotProgressDocument, type SnapshotProgressFragment } from '../client/operations.ts'
import { request } from '../client/request.ts'
import { progressBar } from '../progress-bar.ts'

/** Follows a snapshot until nothing is under way. Throws where that ended in an error, with its message. */
export async function follow(url: string, id: string, label: string): Promise<SnapshotProgressFragment> {
  for (;;) {
    const { snapshot } = await request(url, SnapshotProgressDocument, { id })
    if (!snapshot) throw new Error(`there is no snapshot ${id}`)
    if (snapshot.transitioning === 'ERROR') throw new Error(snapshot.transitioningMessage ?? 'it failed')
    const done = snapshot.transitioning === 'NO'
    progressBar(label, done ? 100 : (snapshot.transitioningProgress ?? 0), { done })
    if (done) return snapshot
    await pause(100)
  }
}
