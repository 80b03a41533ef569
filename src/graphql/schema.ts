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

/** The schema that the gateway serves. */
export const schema = builder.toSchema({ sortSchema: false })
