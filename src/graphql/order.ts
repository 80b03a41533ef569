import type { InputRef } from '@pothos/core'
import { builder } from './builder.ts'

const OrderDirection = builder.enumType('OrderDirection', {
  description: 'The direction of an order.',
  values: {
    ASC: { description: 'Ascending: the smallest or oldest first.' },
    DESC: { description: 'Descending: the greatest or newest first.' },
  } as const,
})

/** Makes the input that says what a list is ordered by. */
export function orderInput<Field extends string>(name: string, description: string, field: InputRef<Field>) {
  return builder.inputType(name, {
    description,
    fields: (t) => ({
      field: t.field({ type: field, required: true, description: 'What to order by.' }),
      direction: t.field({ type: OrderDirection, required: true, description: 'In which direction.' }),
    }),
  })
}
