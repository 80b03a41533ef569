import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { useRef, useState } from 'react'
import { useClient } from 'urql'
import { describeFailure, type Failure } from '../gateway/describe-failure.ts'
import type { FragmentType } from '../gql/fragment-masking.ts'
import { type Refusal, type Refused, readRefusal } from './refusal.ts'

export interface Change<Input, Done> {
  /** Resolves to what was done; or to null where it was not, which `refused` or `failed` explains. */
  send: (input: Input) => Promise<Done | null>
  isSending: boolean
  refused: Refused | null
  failed: Failure | null
}

type Answer<Done> = { __typename: string } & (Done | FragmentType<typeof Refusal>)
type Keyed<Input> = Omit<Input, 'idempotencyKey'>

/**
 * Sends a mutation. What is sent again because no answer came has the same idempotency key, so that it is done once; other
 * input has another.
 */
export function useChange<Data, Input, Name extends string, Done extends { __typename: Name }>(
  document: TypedDocumentNode<Data, { input: Input }>,
  { pick, done, fields = [] }: ChangeOptions<Data, Name, Done>,
): Change<Keyed<Input>, Done> {
  const client = useClient()
  const [isSending, setSending] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const [failed, setFailed] = useState<Failure | null>(null)
  const unanswered = useRef<{ text: string; key: string }>(undefined)

  const send = async (input: Keyed<Input>): Promise<Done | null> => {
    const text = JSON.stringify(input)
    if (unanswered.current?.text !== text) unanswered.current = { text, key: crypto.randomUUID() }
    const idempotencyKey = unanswered.current.key
    setSending(true)
    const { data, error } = await client
      .mutation(document, { input: { ...input, idempotencyKey } as Input })
      .toPromise()
    setSending(false)
    const answer = data && pick(data)
    setFailed(error ? describeFailure(error) : null)
    setRefused(null)
    if (!answer) return null
    unanswered.current = undefined
    if (answer.__typename === done) return answer as Done
    setRefused(readRefusal(answer as FragmentType<typeof Refusal>, fields))
    return null
  }

  return { send, isSending, refused, failed }
}

export interface ChangeOptions<Data, Name extends string, Done extends { __typename: Name }> {
  /** The result in the answer. */
  pick: (data: Data) => Answer<Done> | null | undefined
  /** The type of what was done; every other member of the union is a refusal. */
  done: Name
  /** The fields of the input that the form has. */
  fields?: readonly string[]
}
