import SchemaBuilder from '@pothos/core'
import type { Context } from './context.ts'

/** The one schema builder; every field is non-null unless it says otherwise. */
export const builder = new SchemaBuilder<{
  Context: Context
  DefaultFieldNullability: false
  Scalars: {
    ID: { Input: string; Output: string }
    DateTime: { Input: string; Output: string }
    BigInt: { Input: string; Output: bigint }
    UUID: { Input: string; Output: string }
  }
}>({ defaultFieldNullability: false })

/** What makes the fields of an input type, for those that several of them share. */
export type InputFields = PothosSchemaTypes.InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>

builder.queryType({ description: "Reads. All of them are limited to the caller's account." })
builder.subscriptionType({
  description:
    'What is new, as it happens, over server-sent events: ask by POST or GET with `Accept: text/event-stream`.',
})
builder.mutationType({
  description:
    'Changes. Each is nullable, so that one that fails does not take the results of the others with it.',
})
