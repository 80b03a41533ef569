import { readFileSync } from 'node:fs'
import { buildSchema, findBreakingChanges } from 'graphql'
import { describe, expect, it } from 'vitest'
import { schema } from '../src/graphql/schema.ts'
import { dangerousChanges, untoldChanges } from './support/dangerous-changes.ts'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

describe('a client of the last release', () => {
  const released = buildSchema(read('released.graphql'))

  it('goes on as it is: nothing is broken', () => {
    expect(findBreakingChanges(released, schema)).toEqual([])
  })

  it('is told in the CHANGELOG of what may surprise it', () => {
    expect(untoldChanges(dangerousChanges(released, schema), read('../CHANGELOG.md'))).toEqual([])
  })
})

describe('what may surprise a client', () => {
  const before = buildSchema(`
    type Query { color(of: ID, dark: Boolean = false): Color  find(by: By): Thing  thing: Apple }
    enum Color { RED }  input By { name: String }  union Thing = Apple  interface Node { id: ID }
    type Apple { id: ID }  type Pear { id: ID }`)
  const after = buildSchema(`
    type Query { color(of: ID, dark: Boolean = true, in: ID): Color  find(by: By): Thing  thing: Apple }
    enum Color { RED GREEN }  input By { name: String, size: Int }  union Thing = Apple | Pear
    interface Node { id: ID }  type Apple implements Node { id: ID }  type Pear { id: ID }`)
  const coordinates = [
    'Apple.Node',
    'By.size',
    'Color.GREEN',
    'Query.color(dark:)',
    'Query.color(in:)',
    'Thing.Pear',
  ]

  it('are new values, members, interfaces, arguments and input fields, and other defaults', () => {
    expect(dangerousChanges(before, after).sort()).toEqual(coordinates)
    expect(dangerousChanges(before, before)).toEqual([])
  })

  it('is told where a line names it, of what is not released yet', () => {
    const told =
      '# Changelog\n\n## [Unreleased]\n\n- `Color.GREEN` is new.\n\n## [0.1.0]\n\n- `By.size` is new.\n'
    expect(untoldChanges(coordinates, told)).toEqual(coordinates.filter((name) => name !== 'Color.GREEN'))
    expect(untoldChanges(coordinates, '# Changelog\n')).toEqual(coordinates)
    expect(untoldChanges([], '')).toEqual([])
  })
})
