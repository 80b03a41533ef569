import { setTimeout as pause } from 'node:timers/promises'

/** A request as the client sends it: a body is JSON, and nothing says so. */
export interface Request {
  method: string
  /** Absolute. */
  url: string
  headers: Record<string, string>
  body?: string
}

export interface Response {
  status: number
  /** By names in lower case. */
  headers: Readonly<Record<string, unknown>>
  text: string
}

export type Send = (request: Request) => Promise<Response>

/** Any object with a type: its links and actions, where it has them, are maps. */
export interface Resource {
  id: string
  type: string
  links: Record<string, string>
  actions: Record<string, string>
  [field: string]: unknown
}

export interface Collection extends Resource {
  data: Resource[]
  pagination: { next: string | null } | null
}

export interface Schema extends Resource {
  resourceMethods?: string[]
  collectionMethods?: string[]
}

export type Fields = Readonly<Record<string, unknown>>
type Value = string | number | boolean
/** What is null is not sent; what has several values is sent several times. */
export type Filters = Readonly<Record<string, Value | readonly Value[] | null>>

/** An answer outside of 200 to 299. */
export class ApiError extends Error {
  readonly body: Resource & { status: number; code: string }

  constructor(body: ApiError['body']) {
    super(`${body.status} ${body.code}: ${body.message}`)
    this.body = body
  }
}

/** How often a change is asked for that is answered 409, and the milliseconds between. */
const tries = 3
const between = 100

/**
 * A client of any API of Rancher's family, as its gdapi.py is one: it knows of schemas, links, actions and pages alone,
 * and learns the rest from the server.
 */
export class RancherClient {
  readonly schemas: ReadonlyMap<string, Schema>
  readonly #send: Send
  readonly #authorization: string

  private constructor(schemas: ReadonlyMap<string, Schema>, send: Send, authorization: string) {
    this.schemas = schemas
    this.#send = send
    this.#authorization = authorization
  }

  /** Without a key it sends None and None, as Python spells what is not there. */
  static async load(
    url: string,
    send: Send,
    { accessKey, secret } = { accessKey: 'None', secret: 'None' },
  ): Promise<RancherClient> {
    const authorization = `Basic ${Buffer.from(`${accessKey}:${secret}`).toString('base64')}`
    const stranger = new RancherClient(new Map(), send, authorization)
    const first = await stranger.#ask('GET', url)
    const address = first.headers['x-api-schemas']
    const list =
      typeof address !== 'string' || address === url ? first.body : (await stranger.#ask('GET', address)).body
    const schemas = (list as Collection).data.filter(({ type }) => type === 'schema') as Schema[]
    return new RancherClient(new Map(schemas.map((schema) => [schema.id, schema])), send, authorization)
  }

  /** The methods that a client in Python has for a type. */
  methodsFor(type: string): string[] {
    const { resourceMethods = [], collectionMethods = [] } = this.#schema(type)
    return [
      ...(collectionMethods.includes('GET') ? ['list', 'by_id'] : []),
      ...(collectionMethods.includes('POST') ? ['create'] : []),
      ...(resourceMethods.includes('PUT') ? ['update_by_id'] : []),
      ...(resourceMethods.includes('DELETE') ? ['delete'] : []),
    ]
  }

  async list(type: string, filters: Filters = {}): Promise<Collection> {
    const query = new URLSearchParams()
    for (const [name, values] of Object.entries(filters))
      for (const value of [values].flat()) if (value !== null) query.append(name, pythonText(value))
    const url = this.#collection(type)
    return (await this.#ask('GET', query.size === 0 ? url : `${url}?${query}`)).body as Collection
  }

  /** Null where there is none: the body says 404. */
  async byId(type: string, id: string): Promise<Resource | null> {
    try {
      return (await this.#ask('GET', `${this.#collection(type)}/${id}`)).body
    } catch (error) {
      if (error instanceof ApiError && error.body.status === 404) return null
      throw error
    }
  }

  async reload({ type, id }: Resource): Promise<Resource> {
    const found = await this.byId(type, id)
    if (!found) throw new Error(`${type} ${id} is gone`)
    return found
  }

  async create(type: string, fields: Fields = {}): Promise<Resource> {
    return (await this.#ask('POST', this.#collection(type), fields)).body
  }

  async update({ links }: Resource, changes: Fields): Promise<Resource> {
    return this.#insist('PUT', links.self ?? '', changes)
  }

  async delete({ links }: Resource): Promise<Resource> {
    return (await this.#ask('DELETE', links.self ?? '')).body
  }

  async action({ actions }: Resource, name: string, input: Fields = {}): Promise<Resource> {
    const url = actions[name]
    if (url === undefined) throw new Error(`there is no action ${name} now`)
    return this.#insist('POST', url, input)
  }

  async follow({ links }: Resource, link: string): Promise<Resource> {
    return this.get(links[link] ?? '')
  }

  /** The page after one; null: that was the last. */
  async next({ pagination }: Collection): Promise<Collection | null> {
    return pagination?.next ? ((await this.get(pagination.next)) as Collection) : null
  }

  /** The resources of all pages. */
  async *all(type: string, filters: Filters = {}): AsyncGenerator<Resource> {
    for (let page: Collection | null = await this.list(type, filters); page; page = await this.next(page))
      yield* page.data
  }

  async get(url: string): Promise<Resource> {
    return (await this.#ask('GET', url)).body
  }

  #schema(type: string): Schema {
    const schema = this.schemas.get(type)
    if (!schema) throw new Error(`there is no type ${type}`)
    return schema
  }

  #collection(type: string): string {
    const { collection } = this.#schema(type).links
    if (collection === undefined) throw new Error(`there is no list of ${type}`)
    return collection
  }

  /** Asks again where the body says that something else is under way. */
  async #insist(method: string, url: string, fields: Fields): Promise<Resource> {
    for (let attempt = 1; ; attempt++)
      try {
        return (await this.#ask(method, url, fields)).body
      } catch (error) {
        if (attempt === tries || !(error instanceof ApiError) || error.body.status !== 409) throw error
        await pause(between)
      }
  }

  async #ask(method: string, url: string, fields?: Fields) {
    if (!/^https?:\/\//.test(url)) throw new TypeError(`not an absolute URL: ${url}`)
    const { status, headers, text } = await this.#send({
      method,
      url,
      headers: { accept: 'application/json', authorization: this.#authorization },
      ...(fields && { body: JSON.stringify(fields) }),
    })
    const body = text === '' ? null : JSON.parse(text)
    checkMaps(body)
    if (status < 200 || status > 299) throw new ApiError(body)
    return { headers, body: body as Resource }
  }
}

/** As Python writes it. */
function pythonText(value: Value): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return String(value)
}

/** A client makes methods of links and actions, wherever an object with a type has some. */
function checkMaps(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value) && typeof (value as Fields).type === 'string')
    for (const name of ['links', 'actions']) {
      const map = (value as Fields)[name]
      if (map !== undefined && (typeof map !== 'object' || map === null || Array.isArray(map)))
        throw new TypeError(`${name} is no map`)
    }
  for (const one of Object.values(value)) checkMaps(one)
}
