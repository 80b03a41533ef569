import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { createYoga } from 'graphql-yoga'
import { pino } from 'pino'
import { AccountScope } from '../../src/database/account-scope.ts'
import { Bond } from '../../src/database/bond.ts'
import { connect } from '../../src/database/database.ts'
import { EventFeed } from '../../src/events/feed.ts'
import { startOrdering } from '../../src/events/start-ordering.ts'
import type { Context } from '../../src/graphql/context.ts'
import { createLoaders } from '../../src/graphql/loaders.ts'
import { schema } from '../../src/graphql/schema.ts'
import { createUris } from '../../src/storage/vfs/uris.ts'
import { port } from './end-with-parent.ts'

// The gateway's schema as the guides of Yoga serve one. All that it needs of the gateway is here.

const address = JSON.parse(process.env.BENCH_ADDRESS ?? '')
const database = connect(address, { pool: 10, statementTimeout: 5 })
const log = pino({ level: 'warn' })
const ordering = startOrdering({ database, log })
const feed = await EventFeed.open({ database, log })
const storage = new Map([['vfs', createUris({ volumesDir: '/volumes', backupsDir: '/backups' })]])

const context = (): Context => {
  const scope = new AccountScope(database.handle, 1n)
  const requestId = randomUUID()
  return {
    storage: storage as never,
    operationDeadline: 6 * 3600,
    events: { ordering, feed, quiet: 30 },
    requestId,
    origin: { actor: null, requestId },
    bond: new Bond(),
    scope,
    role: 'ADMIN',
    loaders: createLoaders(scope),
    patiently: (work) => work((_, wait) => wait()),
  }
}
createServer(createYoga({ schema, context })).listen(port, '127.0.0.1')
