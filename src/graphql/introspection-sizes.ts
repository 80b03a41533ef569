import { type GraphQLSchema, introspectionFromSchema } from 'graphql'

/**
 * How many objects or values each field of the introspection yields on average, by its name: of `fields` as many as a
 * type has, of `ofType` less than one. A schema asked about itself tells.
 */
export function introspectionSizes(schema: GraphQLSchema): ReadonlyMap<string, number> {
  const counts = new Map<string, { asked: number; found: number }>()
  const add = (name: string, found: number) => {
    const count = counts.get(name) ?? { asked: 0, found: 0 }
    counts.set(name, { asked: count.asked + 1, found: count.found + found })
  }
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [name, child] of Object.entries(value)) {
      if (Array.isArray(child)) {
        add(name, child.length)
        child.forEach(visit)
      } else {
        add(name, child === null ? 0 : 1)
        visit(child)
      }
    }
  }
  visit(introspectionFromSchema(schema))
  return new Map([...counts].map(([name, { asked, found }]) => [name, found / asked]))
}
