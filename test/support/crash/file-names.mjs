import { basename, dirname } from 'node:path'

const markers = [
  [/^$/, 'marker'],
  [/^\.tmp$/, 'temporary marker'],
  [/^-.*\.tmp$/, 'probe'],
  [/^-.*\.link$/, 'link to the probe'],
]

/**
 * What a path is to a person; null for what is not the gateway's.
 * @param {unknown} path
 * @returns {string | null}
 */
export function nameOf(path) {
  if (typeof path !== 'string') return null
  const [, marker] = /\/(?:snapshots|backups)\/\.snapshot-gateway(.*)$/.exec(path) ?? []
  if (marker !== undefined) return markers.find(([pattern]) => pattern.test(marker))?.[1] ?? null
  const [, final, temporary] = /\.(tar\.gz|json)(\.[0-9a-f-]{36}\.tmp)?$/.exec(path) ?? []
  const isFile = final !== undefined
  const folder = isFile ? dirname(path) : path
  const uuid = /^[0-9a-f-]{36}$/
  const root = uuid.test(basename(folder)) ? dirname(folder) : folder
  const archives = basename(root) === 'snapshots'
  if (!archives && basename(root) !== 'backups') return null
  if (isFile) {
    const what = final === 'json' ? 'manifest' : archives ? 'archive' : 'copy'
    return temporary ? `temporary ${what}` : what
  }
  return folder === root
    ? `root of ${archives ? 'archives' : 'copies'}`
    : `folder of ${archives ? 'archives' : 'copies'}`
}
