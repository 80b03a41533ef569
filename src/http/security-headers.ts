import helmet from '@fastify/helmet'
import Fastify, { type FastifyInstance } from 'fastify'

/**
 * helmet's headers, under which a browser runs, frames and embeds nothing of an answer. They are the same for each, so
 * helmet is asked once: it would make them anew every time.
 */
export const securityHeaders: Readonly<Record<string, string>> = await headersOfHelmet()

/** Puts them on every answer that comes to a route, or to none. */
export function setSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (_, reply, done) => {
    reply.headers(securityHeaders)
    done()
  })
}

async function headersOfHelmet(): Promise<Record<string, string>> {
  const app = Fastify()
  app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    xFrameOptions: { action: 'deny' },
    // HTTP is all that the gateway speaks, where it must not be sent: it is for the proxy that speaks TLS.
    strictTransportSecurity: false,
  })
  app.get('/', async (_, reply) => reply.send())
  const { raw } = await app.inject('/')
  await app.close()
  const { 'content-length': _, ...headers } = raw.res.getHeaders()
  return headers as Record<string, string>
}
