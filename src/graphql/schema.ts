import { builder } from './builder.ts'
import './scalars.ts'
import './viewer.ts'
import './node.ts'
import './snapshot.ts'
import './volume.ts'
import './backup.ts'

/** The schema that the gateway serves. */
export const schema = builder.toSchema({ sortSchema: false })
