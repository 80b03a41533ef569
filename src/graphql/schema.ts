import { type GraphQLSchema, isObjectType } from 'graphql'
import { builder } from './builder.ts'
import './scalars.ts'
import './viewer.ts'
import './node.ts'
import './snapshot.ts'
import './snapshot-list.ts'
import './snapshot-mutations.ts'
import './volume.ts'
import './volume-list.ts'
import './volume-mutations.ts'
import './backup.ts'
import './backup-list.ts'
import './backup-mutations.ts'
import './event.ts'
import './event-list.ts'
import './event-subscription.ts'
import './await-snapshot.ts'

/** The schema that the gateway serves. */
export const schema = readingPropertiesDirectly(builder.toSchema({ sortSchema: false }))

/**
 * Takes from fields that are the property of their name the resolver that Pothos gives them, as to read that is what
 * happens without one: graphql-jit makes no call of it then, of which a page has hundreds.
 */
function readingPropertiesDirectly(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue
    for (const field of Object.values(type.getFields()))
      if (field.extensions.pothosExposedField === field.name) delete field.resolve
  }
  return schema
}
