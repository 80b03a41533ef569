import { collectionOf } from './envelope.ts'
import { resourceTypes } from './resource-types.ts'

/** The version, with a link to each type that can be listed. `base`: what its links begin with. */
export function version(base: string): object {
  const links: Record<string, string> = { self: base }
  for (const { plural } of Object.values(resourceTypes)) links[plural] = `${base}/${plural}`
  return { id: 'v1', type: 'apiVersion', links: { ...links, schemas: `${base}/schemas` }, actions: {} }
}

/** The versions that there are. */
export function versions(origin: string): object {
  const links = { self: `${origin}/`, latest: `${origin}/v1` }
  return collectionOf('apiVersion', links, [version(`${origin}/v1`)])
}
