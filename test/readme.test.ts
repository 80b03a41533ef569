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

  it('asks what fits the schema from the command line, and by a selection in a sentence', () => {
    const asked = [...readme.matchAll(/^ask '(.*)'/gm)].map(([, text = '']) => text.replaceAll('\\"', '"'))
    expect(asked).toHaveLength(6)
    const [, problems] = /(problems \{.*?\})/.exec(readme) ?? []
    const [, actions] = /`(actions \{.*?\})/.exec(readme) ?? []
    asked.push(
      `mutation { createVolume(input: { name: "v" }) { ... on InvalidInputError { ${problems} } } }`,
      `{ snapshot(id: "1s1") { ${actions} } }`,
    )
    for (const query of asked) expect(validate(schema, parse(query)), query).toEqual([])
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
