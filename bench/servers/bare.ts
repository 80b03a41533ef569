import { peer } from './server.ts'

export const bare = peer({
  name: 'bare',
  what: 'node:http and postgres.js without GraphQL: one statement a request, JSON by hand; the limit',
})
