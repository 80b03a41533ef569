import { readFileSync } from 'node:fs'
import { buildSchema, validateSchema } from 'graphql'
import { expect, it } from 'vitest'

it('the contract is a valid schema', () => {
  const schema = buildSchema(readFileSync(new URL('contract.graphql', import.meta.url), 'utf8'))
  expect(validateSchema(schema)).toEqual([])
})
