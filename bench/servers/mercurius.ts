import { peer } from './server.ts'

export const mercurius = peer({
  name: 'mercurius',
  what: 'Fastify and Mercurius: jit, loaders, prepared statements',
  package: 'mercurius',
})
