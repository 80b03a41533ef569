import { apollo } from './apollo.ts'
import { bare } from './bare.ts'
import { gateway } from './gateway.ts'
import { gatewayProduction } from './gateway-production.ts'
import { mercurius } from './mercurius.ts'
import type { Server } from './server.ts'
import { yogaDefaults } from './yoga-defaults.ts'

/** In the order of the tables. */
export const servers: readonly Server[] = [bare, gateway, gatewayProduction, mercurius, apollo, yogaDefaults]
