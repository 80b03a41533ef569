import { gateway, serve } from './gateway.ts'
import type { Server } from './server.ts'

export const gatewayProduction: Server = {
  ...gateway,
  name: 'gateway-production',
  what: 'this project as it is run: API keys, rates counted, each request logged to a file',
  program: (start) => serve(start, { AUTH: 'keys', LOG_LEVEL: 'info', RATE_LIMIT: '100000000' }),
  headers: ({ apiKey }) => ({ authorization: `Bearer ${apiKey}` }),
}
