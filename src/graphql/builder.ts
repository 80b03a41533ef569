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

builder.queryType({ description: 'Reads. Everything is bound to the account of the caller.' })
builder.mutationType({
  description:
    'Changes. Each is nullable, so that one that fails does not take the answers of its neighbours with it.',
})
