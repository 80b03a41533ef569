import {
  type Action,
  actionsOf,
  type Change,
  lifecycle,
  type ResourceKind,
} from '../../resources/lifecycle.ts'
import { type Role, roleRefusal } from '../../resources/roles.ts'
import { kindOf, type ResourceType } from './resource-types.ts'

/** The change of a type that is called so; null where there is none, as accounts have none here. */
export function changeOf(type: ResourceType, name: string): Change | null {
  const kind = kindOf(type)
  return kind !== null && Object.hasOwn(lifecycle[kind], name) ? (`${kind}.${name}` as Change) : null
}

/** Whether there is such a change, and a role may make it. */
export function may(role: Role, type: ResourceType, name: string): boolean {
  const change = changeOf(type, name)
  return change !== null && roleRefusal(role, change) === null
}

/** The actions of a kind that are URLs; update, the lifecycle's third, is the method PUT. */
function urlActionsOf(kind: ResourceKind): Action[] {
  return actionsOf(kind).filter((action) => action !== 'update')
}

/** Those of them that a role may perform. */
export function actionsFor(role: Role, kind: ResourceKind): readonly Action[] {
  return byRole[role][kind]
}

// Made once: they are asked for with each row of a page.
const byRole: Record<Role, Record<ResourceKind, readonly Action[]>> = {
  VIEWER: actionsOfRole('VIEWER'),
  OPERATOR: actionsOfRole('OPERATOR'),
  ADMIN: actionsOfRole('ADMIN'),
}

function actionsOfRole(role: Role): Record<ResourceKind, readonly Action[]> {
  const of = (kind: ResourceKind) =>
    urlActionsOf(kind).filter((action) => roleRefusal(role, `${kind}.${action}` as Change) === null)
  return { snapshot: of('snapshot'), volume: of('volume'), backup: of('backup') }
}

/** The actions that Rancher's schema of a kind has: create too where a worker does it, though it never is to be asked for. */
export function schemaActionsFor(role: Role, kind: ResourceKind): string[] {
  const { create } = lifecycle[kind] as { create?: object }
  const isProcess = create !== undefined && 'running' in create
  const mayCreate = isProcess && roleRefusal(role, `${kind}.create` as Change) === null
  return [...actionsFor(role, kind), ...(mayCreate ? ['create'] : [])].sort()
}

/** The methods that a role has for a single resource of a type, and for its collection. */
export function methodsOf(type: ResourceType, role: Role): { resource: string[]; collection: string[] } {
  return {
    resource: [
      'GET',
      ...(may(role, type, 'update') ? ['PUT'] : []),
      ...(may(role, type, 'remove') ? ['DELETE'] : []),
    ],
    collection: ['GET', ...(may(role, type, 'create') ? ['POST'] : [])],
  }
}
