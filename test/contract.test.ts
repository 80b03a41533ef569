import { readFileSync } from 'node:fs'
import { buildSchema, findBreakingChanges } from 'graphql'
import { expect, it } from 'vitest'
import { schema } from '../src/graphql/schema.ts'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

it('offers at least the contract', () => {
  const contract = buildSchema(read('contract.graphql'))
  expect(findBreakingChanges(contract, schema)).toEqual([])
})

it('describes every type, field, argument and enum value', () => {
  const undescribed: string[] = []
  const check = (name: string, element: { description?: string | null | undefined }) => {
    if (!element.description) undescribed.push(name)
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue
    check(type.name, type)
    if ('getFields' in type)
      for (const field of Object.values(type.getFields())) {
        check(`${type.name}.${field.name}`, field)
        if ('args' in field)
          for (const argument of field.args) check(`${type.name}.${field.name}(${argument.name})`, argument)
      }
    if ('getValues' in type) for (const value of type.getValues()) check(`${type.name}.${value.name}`, value)
  }
  expect(undescribed).toEqual([])
})
