import type { FastifyInstance } from 'fastify'

/** GET /healthz: the process answers. GET /readyz: it can serve; 503 while it cannot, without a reason. */
export function serveHealth(app: FastifyInstance, isReady: () => Promise<boolean>): void {
  app.get('/healthz', open, async () => ({ status: 'ok' }))
  app.get('/readyz', open, async (_, reply) => {
    const ready = await isReady()
    return reply.status(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready' })
  })
}

const open = { config: { open: true } }
