import type { ResourceRow } from '../../database/tables.ts'
import { volumeOf } from '../../graphql/loaders.ts'
import { formatId, parseIdOf } from '../../resources/ids.ts'
import type { Change } from '../../resources/lifecycle.ts'
import { refuseByRole } from '../../resources/perform-change.ts'
import type { Asking } from './asking.ts'
import { readCollection } from './collection.ts'
import { makeChange, type Wanted } from './commands.ts'
import { collectionOf } from './envelope.ts'
import { invalid, methodNotAllowed, notFound } from './faults.ts'
import { linkedOne, representWith } from './includes.ts'
import { type Path, readPath } from './path.ts'
import { changeOf, methodsOf, schemaActionsFor } from './permissions.ts'
import { includeOf } from './query.ts'
import { fieldsOf } from './read-body.ts'
import { readInput } from './read-input.ts'
import { represent, representAccount, selfOf } from './representation.ts'
import { kindOf, type ResourceType, resourceTypes, typeNamed } from './resource-types.ts'
import { schemasFor } from './schemas.ts'
import { version } from './versions.ts'

/** A request, as far as this dialect looks at it. */
export interface Asked {
  method: string
  /** The path and the query. */
  target: string
  body: Readonly<Record<string, unknown>>
  idempotencyKey: string | null
}

/** What a request is answered with. */
export interface Answer {
  status: number
  headers?: Record<string, string>
  /** JSON. */
  content: string
  /** What was changed; left out: nothing. */
  change?: Change
  /** Whether an earlier request with the same idempotency key has done it. */
  replayed?: boolean
  /** Whether it is the same for as long as the gateway runs. */
  isLasting?: boolean
}

/** Answers a request. Throws a Fault, and whatever what it asks for may be refused or fail with. */
export async function answer(asking: Asking, asked: Asked): Promise<Answer> {
  const path = readPath(asked.target)
  if (path.project !== null && path.project !== formatId('account', asking.scope.accountId)) throw notFound()
  if (path.type === null) return read(asked, JSON.stringify(version(asking.base)))
  if (path.type === 'schemas' || path.type === 'schema')
    return { ...read(asked, schemas(asking, path.id)), isLasting: true }
  const type = typeNamed(path.type)
  if (type === null) throw notFound()
  if (path.id === null) return answerCollection(asking, asked, { type, url: `${asking.base}/${type.plural}` })
  if (path.link === null) return answerResource(asking, asked, type, path.id)
  return answerLink(asking, asked, type, path as Linked)
}

type Linked = Path & { id: string; link: string }

interface Place {
  type: ResourceType
  url: string
  of?: { field: string; id: string }
}

async function answerCollection(asking: Asking, asked: Asked, place: Place): Promise<Answer> {
  const parameters = parametersOf(asked.target)
  if (asked.method === 'GET')
    return { status: 200, content: await readCollection(asking, { ...place, parameters }) }
  const change = changeOf(place.type, 'create')
  if (asked.method !== 'POST' || change === null)
    throw methodNotAllowed(methodsOf(place.type, 'ADMIN').collection)
  if (parameters.has('action')) throw noSuchAction(place.type)
  begin(asking, change)
  const defaults = place.of ? { [place.of.field]: place.of.id } : {}
  const others = { ...defaults, ...fieldsOf(parameters) }
  const input = readInput(place.type.fields, asked.body, others, 'create')
  const done = await changed(asking, change, { id: '', input, idempotencyKey: asked.idempotencyKey })
  return { status: 201, headers: { location: done.self }, ...done }
}

async function answerResource(asking: Asking, asked: Asked, type: ResourceType, id: string): Promise<Answer> {
  const { method, idempotencyKey } = asked
  if (method === 'GET') return { status: 200, content: await readResource(asking, asked, type, id) }
  const action = method === 'POST' ? parametersOf(asked.target).get('action') : null
  if (action !== null) {
    const kind = kindOf(type)
    if (kind === null || !schemaActionsFor('ADMIN', kind).includes(action)) throw noSuchAction(type)
    const change = changeOf(type, action) as Change
    begin(asking, change)
    if (action === 'create') await refuseCreate(asking, type, id)
    return { status: 202, ...(await changed(asking, change, { id, input: {}, idempotencyKey })) }
  }
  const name = method === 'PUT' ? 'update' : method === 'DELETE' ? 'remove' : undefined
  const change = name === undefined ? null : changeOf(type, name)
  if (change === null) throw methodNotAllowed(methodsOf(type, 'ADMIN').resource)
  begin(asking, change)
  // The id comes before the fields, as in Rancher.
  if (method === 'PUT') await findRow(asking, type, id)
  const others = fieldsOf(parametersOf(asked.target))
  const input = method === 'PUT' ? readInput(type.fields, asked.body, others, 'update') : {}
  return { status: 200, ...(await changed(asking, change, { id, input, idempotencyKey })) }
}

async function answerLink(asking: Asking, asked: Asked, type: ResourceType, path: Linked): Promise<Answer> {
  const { id, link } = path
  if (Object.hasOwn(type.toOne, link))
    return read(asked, await linkedOne(asking, link, await findRow(asking, type, id)))
  const toMany = Object.hasOwn(type.toMany, link) ? type.toMany[link] : undefined
  if (!toMany) throw notFound()
  if (type.id === 'account') ownAccount(asking, id)
  else await findRow(asking, type, id)
  const url = `${asking.base}/${type.plural}/${id}/${link}`
  return answerCollection(asking, asked, {
    type: resourceTypes[toMany.type],
    url,
    of: { field: toMany.field, id },
  })
}

/**
 * Reads what is written beside a row before it is changed: once it is, nothing that may fail may come between that and
 * the answer, as whoever hears that it has failed does it again.
 */
async function lookAround({ loaders }: Asking, change: Change, { id }: Wanted): Promise<void> {
  if (change === 'volume.update') {
    const key = parseIdOf('volume', id)
    if (key !== null) await loaders.reasonToKeep.load(key)
  } else if (change === 'backup.remove') {
    const key = parseIdOf('backup', id)
    const row = key === null ? null : await loaders.backup.load(key)
    if (row) await volumeOf(row, loaders)
  }
}

/** Rancher's processes use it themselves; here a worker creates. Throws. */
async function refuseCreate(asking: Asking, type: ResourceType, id: string): Promise<never> {
  await findRow(asking, type, id)
  throw invalid('ActionNotAvailable', 'action', `a ${type.id} is created by itself`)
}

/** What can only be read. */
function read({ method }: Asked, content: string): Answer {
  if (method !== 'GET') throw methodNotAllowed(['GET'])
  return { status: 200, content }
}

async function readResource(
  asking: Asking,
  { target }: Asked,
  type: ResourceType,
  id: string,
): Promise<string> {
  if (type.id === 'account') {
    ownAccount(asking, id)
    return representAccount(asking, await asking.loaders.account())
  }
  const row = await findRow(asking, type, id)
  if (!target.includes('?')) return represent(asking, row)
  const [resource = ''] = await representWith(asking, type, [row], includeOf(parametersOf(target)))
  return resource
}

/** Throws where an id is not that of the caller's own account: nobody sees another. */
function ownAccount({ scope }: Asking, id: string): void {
  if (parseIdOf('account', id) !== scope.accountId) throw notFound()
}

async function findRow({ loaders }: Asking, type: ResourceType, id: string): Promise<ResourceRow> {
  const kind = kindOf(type)
  const key = kind && parseIdOf(kind, id)
  const row = kind && key !== null ? await loaders[kind].load(key) : null
  if (row === null) throw notFound()
  return row
}

/** What comes before a change is looked at more closely: whether the role suffices. Throws FORBIDDEN. */
function begin(asking: Asking, change: Change): void {
  asking.begins(change)
  refuseByRole(asking, change)
}

/** Makes a change, and writes what it was made of. */
async function changed(asking: Asking, change: Change, wanted: Wanted) {
  await lookAround(asking, change, wanted)
  const { row, replayed } = await makeChange(asking, change, wanted)
  if (change === 'volume.create') asking.loaders.reasonToKeep.prime(row.id, null)
  return { content: await represent(asking, row), self: selfOf(asking, row), change, replayed }
}

function parametersOf(target: string): URLSearchParams {
  const mark = target.indexOf('?')
  return new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1))
}

function noSuchAction(type: ResourceType): Error {
  return invalid('InvalidAction', 'action', `a ${type.id} has no such action`)
}

/** All schemas, or one. */
function schemas(asking: Asking, id: string | null): string {
  const { base } = asking
  const all = schemasFor(asking)
  if (id === null)
    return JSON.stringify(collectionOf('schema', { self: `${base}/schemas`, version: base }, all))
  const schema = all.find((one) => one.id === id)
  if (!schema) throw notFound()
  return JSON.stringify(schema)
}
