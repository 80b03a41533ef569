import type { Role as RoleName } from '../resources/roles.ts'
import { builder } from './builder.ts'
import { type AccountShape, Node } from './node.ts'

const Role = builder.enumType('Role', {
  description: 'What a caller may do. Each role may also do what the roles before it may.',
  values: {
    VIEWER: { description: 'Reads.' },
    OPERATOR: { description: 'Also creates, updates, backs up and removes snapshots.' },
    ADMIN: { description: 'Also creates, updates and removes volumes, and removes backups.' },
  } satisfies Record<RoleName, { description: string }>,
})

const Account = builder.objectRef<AccountShape>('Account').implement({
  description: 'The owner of resources. Nobody sees the resources of another account.',
  interfaces: [Node],
  fields: (t) => ({
    name: t.exposeString('name', { nullable: true, description: 'A name for people.' }),
  }),
})

const Viewer = builder.objectRef<{ role: RoleName }>('Viewer').implement({
  description: 'Who the caller is.',
  fields: (t) => ({
    account: t.field({
      type: Account,
      description: 'The account on whose behalf the caller acts.',
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
