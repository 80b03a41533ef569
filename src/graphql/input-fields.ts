import { builder, type InputFields } from './builder.ts'

export const descriptionField = (t: InputFields) =>
  t.string({ description: 'Up to 1024 characters; tab and newline are fine.' })

/** Every mutation's input has it. */
export const idempotencyKeyField = (t: InputFields) =>
  t.string({
    description:
      "1 to 255 characters, the account's own, kept 24 hours. The same key with the same mutation and input gives the resource of the first call, as it is now, and does nothing; with anything else: InvalidInputError, IDEMPOTENCY_KEY_REUSED. A refused call leaves no key behind.",
  })

/** Makes the input of a mutation that needs to know nothing but the resource. */
export function idInput(name: string, description: string, idDescription: string) {
  return builder.inputType(name, {
    description,
    fields: (t) => ({
      id: t.id({ required: true, description: idDescription }),
      idempotencyKey: idempotencyKeyField(t),
    }),
  })
}
