import { builder, type InputFields } from './builder.ts'

export const StringFilter = builder.inputType('StringFilter', {
  description:
    'All that is given must hold. Letter case counts. % and _ stand for themselves. A row without a name matches none.',
  fields: (t) => ({
    eq: t.string({ description: 'Exactly this.' }),
    in: t.stringList({ description: 'Any of these, at most 1000.' }),
    contains: t.string({ description: 'This somewhere in it. Costly on large accounts.' }),
    startsWith: t.string({ description: 'This at its start.' }),
  }),
})

const RemovedFilter = builder.enumType('RemovedFilter', {
  description: 'Whether removed resources are listed.',
  values: {
    EXCLUDE: { description: 'Only those that are not removed.' },
    INCLUDE: { description: 'Both.' },
    ONLY: { description: 'Only removed ones.' },
  } as const,
})

/** The fields that the filters of all resources have. */
export const commonFilters = (t: InputFields) => ({
  createdAfter: t.field({ type: 'DateTime', description: 'Later than; the bound itself does not match.' }),
  createdBefore: t.field({ type: 'DateTime', description: 'Earlier than; the bound itself does not match.' }),
  removed: t.field({
    type: RemovedFilter,
    description: 'Left out: EXCLUDE, but INCLUDE where state names REMOVED.',
  }),
})
