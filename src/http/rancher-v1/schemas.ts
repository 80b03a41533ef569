import { modifiersOf } from '../../resources/field-conditions.ts'
import type { Asking } from './asking.ts'
import { includeableLinks } from './includes.ts'
import { may, methodsOf, schemaActionsFor } from './permissions.ts'
import { kindOf, type ResourceType, resourceTypes } from './resource-types.ts'

/** What says of a type what it has, and what can be done with it. */
type Schema = { id: string } & Record<string, unknown>

/**
 * What clients learn everything from: a schema for each type of resources, with what a role may do, and for each type of
 * answer that is none.
 */
export function schemasFor(asking: Pick<Asking, 'base' | 'role' | 'storage'>): readonly Schema[] {
  const key = `${asking.base} ${asking.role} ${[...asking.storage.keys()]}`
  const known = made.get(key)
  if (known) return known
  const schemas = [
    ...Object.values(resourceTypes).map((type) => schemaOf(asking, type)),
    ...Object.entries(plainTypes).map(([id, fields]) => plainSchema(asking.base, id, fields)),
  ].sort((a, b) => (a.id < b.id ? -1 : 1))
  if (made.size >= most) made.clear()
  made.set(key, schemas)
  return schemas
}

/** By what they depend on: callers choose the host that their links begin with. */
const made = new Map<string, readonly Schema[]>()
const most = 50

function schemaOf(
  { base, role, storage }: Pick<Asking, 'base' | 'role' | 'storage'>,
  type: ResourceType,
): Schema {
  const { id, plural, filters } = type
  const methods = methodsOf(type, role)
  const kind = kindOf(type)
  const actions = kind === null ? [] : schemaActionsFor(role, kind)
  return {
    id,
    type: 'schema',
    links: { self: `${base}/schemas/${id}`, collection: `${base}/${plural}` },
    actions: {},
    pluralName: plural,
    resourceMethods: methods.resource,
    collectionMethods: methods.collection,
    resourceFields: Object.fromEntries(
      Object.entries(type.fields).map(([name, field]) => [
        name,
        {
          ...field,
          ...(name === 'driver' && { options: [...storage.keys()] }),
          create: field.create && may(role, type, 'create'),
          update: field.update && may(role, type, 'update'),
        },
      ]),
    ),
    collectionFields: {},
    resourceActions: Object.fromEntries(actions.map((action) => [action, { input: null, output: id }])),
    collectionActions: {},
    collectionFilters: Object.fromEntries(
      Object.entries(filters).map(([name, field]) => [name, { modifiers: modifiersOf(field) }]),
    ),
    includeableLinks: kind === null ? [] : includeableLinks(type),
  }
}

/** Answers that are no resources of anyone, by the types of their fields. */
const plainTypes: Record<string, Record<string, string>> = {
  apiVersion: { id: 'string' },
  collection: {
    createDefaults: 'map[string]',
    createTypes: 'map[string]',
    data: 'array[json]',
    filters: 'json',
    pagination: 'json',
    resourceType: 'string',
    sort: 'json',
    sortLinks: 'map[string]',
  },
  error: {
    code: 'string',
    detail: 'string',
    fieldName: 'string',
    id: 'string',
    message: 'string',
    status: 'int',
  },
  schema: {
    collectionActions: 'json',
    collectionFields: 'json',
    collectionFilters: 'json',
    collectionMethods: 'array[string]',
    id: 'string',
    includeableLinks: 'array[string]',
    pluralName: 'string',
    resourceActions: 'json',
    resourceFields: 'json',
    resourceMethods: 'array[string]',
  },
}

function plainSchema(base: string, id: string, fields: Record<string, string>): Schema {
  const isListed = id === 'schema'
  return {
    id,
    type: 'schema',
    links: { self: `${base}/schemas/${id}`, ...(isListed && { collection: `${base}/schemas` }) },
    actions: {},
    pluralName: `${id}s`,
    resourceMethods: isListed ? ['GET'] : [],
    collectionMethods: isListed ? ['GET'] : [],
    resourceFields: Object.fromEntries(
      Object.entries(fields).map(([name, type]) => [name, { type, create: false, update: false }]),
    ),
    collectionFields: {},
    resourceActions: {},
    collectionActions: {},
    collectionFilters: {},
    includeableLinks: [],
  }
}
