import type { FastifyInstance } from 'fastify'

/** Lets requests in flight finish; after `patience` seconds their connections are closed: half a request may never end. */
export async function closeServer(app: FastifyInstance, patience: number): Promise<void> {
  const late = setTimeout(() => app.server.closeAllConnections(), patience * 1000)
  await app.close().finally(() => clearTimeout(late))
}
