import { type DangerousChange, findDangerousChanges, type GraphQLSchema } from 'graphql'

// By the type of a change, where graphql-js's description of it has the names.
const named: Record<DangerousChange['type'], RegExp> = {
  VALUE_ADDED_TO_ENUM: /^(?<member>\w+) was added to enum type (?<type>\w+)\.$/,
  TYPE_ADDED_TO_UNION: /^(?<member>\w+) was added to union type (?<type>\w+)\.$/,
  OPTIONAL_INPUT_FIELD_ADDED: /^An optional field (?<member>\w+) on input type (?<type>\w+) was added\.$/,
  IMPLEMENTED_INTERFACE_ADDED: /^(?<member>\w+) added to interfaces implemented by (?<type>\w+)\.$/,
  OPTIONAL_ARG_ADDED: /^An optional arg (?<argument>\w+) on (?<type>[\w.]+) was added\.$/,
  ARG_DEFAULT_VALUE_CHANGE:
    /^(?<type>[\w.]+) arg (?<argument>\w+) (has changed defaultValue|defaultValue was removed)/,
}

/**
 * What may surprise a client of the last release, as schema coordinates: `ErrorCode.TIMED_OUT`, `VolumeFilter.name`,
 * `Query.volumes(first:)`. Members of unions and interfaces of types, for which there are no coordinates, are written like
 * values of enums.
 */
export function dangerousChanges(released: GraphQLSchema, schema: GraphQLSchema): string[] {
  return findDangerousChanges(released, schema).map(({ type, description }) => {
    const groups = named[type].exec(description)?.groups
    if (!groups) throw new Error(`graphql-js tells this in other words now: ${description}`)
    return groups.argument ? `${groups.type}(${groups.argument}:)` : `${groups.type}.${groups.member}`
  })
}

/** Those of them that no line of the changelog names, from its beginning down to the last release. */
export function untoldChanges(changes: readonly string[], changelog: string): string[] {
  const [, unreleased = ''] = changelog.split(/^## /m)
  return changes.filter((coordinate) => !unreleased.includes(`\`${coordinate}\``))
}
