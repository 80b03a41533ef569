import type { FastifyRequest } from 'fastify'
import { projectOf } from './path.ts'

/**
 * What every link begins with: where the gateway is for whoever asks, the version, and the project that the request's
 * own path names, as Rancher has it: http://localhost:4000/v1, or http://localhost:4000/v1/projects/1a1.
 */
export function baseUrl({ origin, url }: Pick<FastifyRequest, 'origin' | 'url'>): string {
  const project = projectOf(url)
  return project === null ? `${origin}/v1` : `${origin}/v1/projects/${project}`
}

/** Of the header X-API-Schemas, from which clients learn everything else. */
export function schemasLink(request: Pick<FastifyRequest, 'origin' | 'url'>): string {
  return `${baseUrl(request)}/schemas`
}
