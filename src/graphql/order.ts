import type { InputRef } from '@pothos/core'
import { builder } from './builder.ts'

const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which end of an order comes first.',
  values: {
    ASC: { description: 'Smallest or oldest first.' },
    DESC: { description: 'Greatest or newest first.' },
  } as const,
})

/** Makes the input that says what a list is ordered by. */
export function orderInput<Field extends string>(name: string, description: string, field: InputRef<Field>) {
  return builder.inputType(name, {
    description,
    fields: (t) => ({
      field: t.field({ type: field, required: true, description: 'The field.' }),
      direction: t.field({ type: OrderDirection, required: true, description: 'The direction.' }),
    }),
  })
}
