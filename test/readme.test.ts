import { readFileSync } from 'node:fs'
import { isEnumType, parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { variables } from '../src/config/variables.ts'
import { schema } from '../src/graphql/schema.ts'
import { errorCodes } from '../src/resources/errors.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const section = (name: string) => readme.split(`<!-- ${name} -->\n`)[1]?.split(`<!-- /${name} -->`)[0]

describe('the README', () => {
  it('has a query that fits the schema', () => {
    const [, query = ''] = /```graphql\n([\s\S]*?)```/.exec(readme) ?? []
    expect(query).toContain('snapshots')
    expect(validate(schema, parse(query))).toEqual([])
  })

  it('lists every environment variable as the program reads it', () => {
    const rows = Object.entries(variables).map(
      ([name, { default: value, meaning }]) =>
        `| \`${name}\` | ${value === undefined ? '' : `\`${value}\``} | ${meaning} |`,
    )
    expect(section('settings')).toBe(`| variable | default | meaning |\n|---|---|---|\n${rows.join('\n')}\n`)
  })

  it('lists every error code as the schema describes it', () => {
    const type = schema.getType('ErrorCode')
    const values = isEnumType(type) ? type.getValues() : []
    expect(values.map(({ name }) => name).sort()).toEqual([...errorCodes].sort())
    const rows = values.map(({ name, description }) => `| \`${name}\` | ${description} |`)
    expect(section('codes')).toBe(`| code | meaning |\n|---|---|\n${rows.join('\n')}\n`)
  })
})
