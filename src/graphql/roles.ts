import type { Action, ResourceKind } from '../resources/lifecycle.ts'

/** What a caller may do; each role may do what the ones before it may. */
export const roles = ['VIEWER', 'OPERATOR', 'ADMIN'] as const
export type Role = (typeof roles)[number]

/** The role that each change needs: stated here alone, for the mutations and for `actions`. */
export const requiredRoles = {
  snapshot: { create: 'OPERATOR', update: 'OPERATOR', backup: 'OPERATOR', remove: 'OPERATOR' },
  volume: { create: 'ADMIN', update: 'ADMIN', backup: 'ADMIN', remove: 'ADMIN' },
  backup: { create: 'ADMIN', update: 'ADMIN', backup: 'ADMIN', remove: 'ADMIN' },
} as const satisfies Record<ResourceKind, Record<Action | 'create', Role>>

/** Whether a role includes another. */
export function includesRole(role: Role, required: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(required)
}
