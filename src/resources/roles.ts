import type { Change } from './lifecycle.ts'

/** What a caller may do; each role may do what the ones before it may. */
export const roles = ['VIEWER', 'OPERATOR', 'ADMIN'] as const
export type Role = (typeof roles)[number]

export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text)
}

/** The role that each change needs: stated here alone, for the mutations and for `actions`. */
const requiredRoles: Record<Change, Role> = {
  'snapshot.create': 'OPERATOR',
  'snapshot.update': 'OPERATOR',
  'snapshot.backup': 'OPERATOR',
  'snapshot.remove': 'OPERATOR',
  'volume.create': 'ADMIN',
  'volume.update': 'ADMIN',
  'volume.remove': 'ADMIN',
  'backup.remove': 'ADMIN',
}

/** Why a role does not suffice for a change, or null if it does. */
export function roleRefusal(role: Role, change: Change): string | null {
  const required = requiredRoles[change]
  return roles.indexOf(role) >= roles.indexOf(required) ? null : `this needs the role ${required}`
}
