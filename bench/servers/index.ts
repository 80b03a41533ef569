import { apollo } from './apollo.ts'
import { bare } from './bare.ts'
import { gateway } from './gateway.ts'
import { gatewayProduction } from './gateway-production.ts'
import { mercurius } from './mercurius.ts'
import type { Server } from './server.ts'
import { yogaDefaults } from './yoga-defaults.ts'

/** In the order of the tables. */
export const servers: readonly Server[] = [bare, gateway, gatewayProduction, mercurius, apollo, yogaDefaults]

/** What would be compared if it could be. */
export const leftOut = [
  {
    name: 'postgraphile',
    why: 'PostGraphile 5.1 asks for Node 22 or newer; on Node 20 it starts, but every page fails inside it',
  },
]
