import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { createYoga } from 'graphql-yoga'
import { AccountScope } from '../../src/database/account-scope.ts'
import { Bond } from '../../src/database/bond.ts'
import { connect } from '../../src/database/database.ts'
import { createLoaders } from '../../src/graphql/loaders.ts'
import { schema } from '../../src/graphql/schema.ts'
import { createUris } from '../../src/storage/vfs/uris.ts'
import { port } from './end-with-parent.ts'

// The gateway's schema as the guides of Yoga serve one. All that it needs of the gateway is here.

const { handle } = connect(JSON.parse(process.env.BENCH_ADDRESS ?? ''), { pool: 10, statementTimeout: 5 })
const storage = new Map([['vfs', createUris({ volumesDir: '/volumes', backupsDir: '/backups' })]])

const yoga = createYoga({
  schema,
  context: () => {
    const scope = new AccountScope(handle, 1n)
    return {
      storage: storage as never,
      operationDeadline: 6 * 3600,
      requestId: randomUUID(),
      bond: new Bond(),
      scope,
      role: 'ADMIN',
      loaders: createLoaders(scope),
    }
  },
})
createServer(yoga).listen(port, '127.0.0.1')
