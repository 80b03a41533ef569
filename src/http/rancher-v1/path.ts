/** What a request's path names. */
export interface Path {
  /** The project whose resources are meant, where the path says so. */
  project: string | null
  /** A type, such as snapshots or snapshot, as it is spelled; null: the version itself. */
  type: string | null
  id: string | null
  /** A link of the resource. */
  link: string | null
}

/** Of a target that is a whole URL, as it is meant for a proxy. */
const authority = '(?:https?://[^/?#]*)?'
const version = new RegExp(`^${authority}/+v1(?=[/?]|$)`, 'i')
const project = new RegExp(`^${authority}/+v1/+projects?/+(1a[1-9]\\d{0,17})(?=[/?]|$)`, 'i')

/** Whether a request, by its target, is one of this dialect. */
export function isRancherV1(target: string): boolean {
  return version.test(target)
}

/**
 * Reads /v1, /v1/{type}, /v1/{type}/{id} and /v1/{type}/{id}/{link}, each also below /v1/projects/{id}. As in Rancher
 * doubled slashes count as one, one at the end as none, and what follows a link is ignored. Nothing is decoded: no
 * name and no id has a character that needs it.
 */
export function readPath(target: string): Path {
  const [path = ''] = target.replace(version, '').split('?', 1)
  const parts = path.split('/').filter((part) => part !== '')
  const inProject = parts.length > 1 && (parts[0] === 'projects' || parts[0] === 'project')
  const [project = null] = inProject ? parts.splice(0, 2).slice(1) : []
  const [type = null, id = null, link = null] = parts
  return { project, type, id, link }
}

/** The id of the project that a target names, where it may be one. */
export function projectOf(target: string): string | null {
  return project.exec(target)?.[1] ?? null
}
