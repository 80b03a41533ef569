import { formatId } from '../resources/ids.ts'
import { builder } from './builder.ts'
import { type AccountShape, Node } from './node.ts'
import { type Role as RoleName, roles } from './roles.ts'

const roleDescriptions: Record<RoleName, string> = {
  VIEWER: 'Reads.',
  OPERATOR: 'Also creates, updates, backs up and removes snapshots.',
  ADMIN: 'Also makes, updates and removes volumes, and removes backups.',
}

const Role = builder.enumType('Role', {
  description: 'What a caller may do; each role may do what the ones before it may.',
  values: Object.fromEntries(
    roles.map((role) => [role, { value: role, description: roleDescriptions[role] }]),
  ) as Record<RoleName, { value: RoleName; description: string }>,
})

const Account = builder.objectRef<AccountShape>('Account').implement({
  description: 'Whom resources belong to. Nobody sees those of another account.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: 'Such as 1a7.', resolve: (account) => formatId('account', account.id) }),
    name: t.exposeString('name', { nullable: true, description: 'For people.' }),
  }),
})

const Viewer = builder.objectRef<{ role: RoleName }>('Viewer').implement({
  description: 'Who the caller is.',
  fields: (t) => ({
    account: t.field({
      type: Account,
      description: 'On whose behalf the caller acts.',
      resolve: async (_, __, { loaders }): Promise<AccountShape> => ({
        kind: 'account',
        ...(await loaders.account()),
      }),
    }),
    role: t.expose('role', { type: Role, description: 'What the caller may do.' }),
  }),
})

builder.queryField('viewer', (t) =>
  t.field({
    type: Viewer,
    description: 'Who the caller is.',
    resolve: (_, __, { role }) => ({ role }),
  }),
)
