import type { Part, Reading } from '../database/rows.ts'
import { lookAhead } from './look-ahead.ts'

const stored = ['managedVolumeUUID', 'sizeBytes', 'checksum']
const within = (...fields: string[]) => fields.flatMap((field) => [`nodes.${field}`, `edges.node.${field}`])

const asked = lookAhead({
  uuid: within('uuid'),
  stored: within(...stored),
  volume: within('volume'),
  'volume.uuid': within('volume.uuid'),
  'volume.place': within('volume.uri', 'volume.driver'),
})

/** What of a page of snapshots is to be read for what is selected of its connection. */
export function snapshotReading(info: Parameters<typeof asked>[0]): Reading {
  const things = asked(info)
  const without = (...parts: [thing: Parameters<typeof things.has>[0], part: Part][]) =>
    parts.flatMap(([thing, part]) => (things.has(thing) ? [] : part))
  return {
    without: without(['uuid', 'uuid'], ['stored', 'stored']),
    volume: things.has('volume')
      ? { without: without(['volume.uuid', 'uuid'], ['volume.place', 'place']) }
      : undefined,
  }
}
