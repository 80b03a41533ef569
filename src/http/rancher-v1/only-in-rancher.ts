import type { Field } from '../../resources/field-conditions.ts'

/** What Rancher's volumes have and ours have not, for clients that look at it: the same everywhere. */
export const onlyInRancher: Readonly<Record<string, { type: string; value: null | false }>> = {
  driverOpts: { type: 'map[string]', value: null },
  externalId: { type: 'string', value: null },
  imageId: { type: 'string', value: null },
  instanceId: { type: 'string', value: null },
  isHostPath: { type: 'boolean', value: false },
}

/** Volumes can be looked for by it in vain: a filter that is not known would let all through. Rancher has none for maps. */
export const filtersOnlyInRancher: Readonly<Record<string, Field>> = Object.fromEntries(
  Object.entries(onlyInRancher)
    .filter(([, { type }]) => type !== 'map[string]')
    .map(([name, { type, value }]): [string, Field] => [
      name,
      {
        kind: type === 'boolean' ? 'boolean' : 'text',
        column: null,
        constant: value === null ? null : String(value),
      },
    ]),
)
