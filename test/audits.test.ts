import { serverAudits } from 'graphql-http'
import { afterAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'

const { server } = createTestGateway(await createTestDatabase())
const url = `${await server.listen({ host: '127.0.0.1', port: 0 })}/graphql`
afterAll(() => server.close())

const audits = serverAudits({ url, fetchFn: fetch })

// The MUSTs and SHOULDs of the specification of GraphQL over HTTP, and the MAYs too: none is left out.
describe('the audits of GraphQL over HTTP, against the server as it listens', () => {
  it.each(audits.map((audit) => [audit.name, audit] as const))('%s', async (_, audit) => {
    const result = await audit.fn()
    expect(result.status === 'ok' ? null : result.reason).toBeNull()
  })

  it('are all there', () => {
    const levels = audits.map(({ name }) => /^(MUST|SHOULD|MAY)\b/.exec(name)?.[1])
    expect(new Set(levels)).toEqual(new Set(['MUST', 'SHOULD', 'MAY']))
    expect(audits.length).toBeGreaterThanOrEqual(61)
  })
})
