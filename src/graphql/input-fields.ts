import { builder, type InputFields } from './builder.ts'

export const descriptionField = (t: InputFields) =>
  t.string({ description: 'Up to 1024 characters; tabs and newlines are allowed.' })

/** Every mutation's input has it. */
export const idempotencyKeyField = (t: InputFields) =>
  t.string({
    description:
      'A key that the caller chooses, 1 to 255 characters, kept for 24 hours within the account. A call that repeats an earlier one, with the same key and input, does nothing and answers with the resource of that call as it is now. The same key with another mutation or other input is refused with IDEMPOTENCY_KEY_REUSED. A call that is refused does not use up its key.',
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
