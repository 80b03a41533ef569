import { builder, type InputFields } from './builder.ts'

export const StringFilter = builder.inputType('StringFilter', {
  description:
    'All conditions given must hold. Upper and lower case are different; % and _ have no special meaning. A resource without a name never matches.',
  fields: (t) => ({
    eq: t.string({ description: 'It is exactly this text.' }),
    in: t.stringList({ description: 'It is one of these texts, of which there may be at most 1000.' }),
    contains: t.string({ description: 'It contains this text. Costly on large accounts.' }),
    startsWith: t.string({ description: 'It starts with this text.' }),
  }),
})

const RemovedFilter = builder.enumType('RemovedFilter', {
  description: 'Which resources are listed: removed ones, others, or both.',
  values: {
    EXCLUDE: { description: 'Only resources that are not removed.' },
    INCLUDE: { description: 'Removed resources and all others.' },
    ONLY: { description: 'Only removed resources.' },
  } as const,
})

/** How every filter is read. */
export const filterRules =
  'All conditions given must hold; null is the same as left out. A list matches any of its entries, of which there may be at most 1000; an empty list matches nothing.'
export const idFilterRules = `${filterRules} An id that is malformed, of another type or of another account matches nothing.`

/** The fields that the filters of all resources have. */
export const commonFilters = (t: InputFields) => ({
  createdAfter: t.field({
    type: 'DateTime',
    description: 'Created after this time; a resource that was created exactly then does not match.',
  }),
  createdBefore: t.field({
    type: 'DateTime',
    description: 'Created before this time; a resource that was created exactly then does not match.',
  }),
  removed: t.field({
    type: RemovedFilter,
    description: 'Whether removed resources match. Default: EXCLUDE, or INCLUDE if `state` contains REMOVED.',
  }),
})
