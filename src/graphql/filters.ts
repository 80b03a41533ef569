import { builder } from './builder.ts'

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

export const RemovedFilter = builder.enumType('RemovedFilter', {
  description: 'Whether removed resources are listed.',
  values: {
    EXCLUDE: { description: 'Only those that are not removed.' },
    INCLUDE: { description: 'Both.' },
    ONLY: { description: 'Only removed ones.' },
  } as const,
})

export const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which end of an order comes first.',
  values: {
    ASC: { description: 'Smallest or oldest first.' },
    DESC: { description: 'Greatest or newest first.' },
  } as const,
})
