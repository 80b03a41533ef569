import { lookup } from 'node:dns/promises'
import type { FastifyInstance } from 'fastify'

/** Listens, and returns the URL. Throws with advice where the port, which the variable `name` sets, is in use. */
export async function listen(
  app: FastifyInstance,
  { host, port, name }: { host: string; port: number; name: string },
): Promise<string> {
  // One address: of localhost, which may have two, Fastify would close only one with its requests in mind.
  const { address } = await lookup(host)
  return app.listen({ host: address, port }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error
    throw new Error(`port ${port} of ${host} is in use: set ${name} to another, or to 0 for a free one`)
  })
}
