import type { TypedDocumentString } from './operations.ts'

/** Sends a typed document to a gateway and returns its data. Throws where the answer has errors, with their messages. */
export async function request<Result, Variables>(
  url: string,
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query: document.toString(), variables }),
  })
  const { data, errors } = (await response.json()) as { data?: Result; errors?: { message: string }[] }
  if (errors || data === undefined)
    throw new Error(errors?.map((error) => error.message).join('; ') ?? `HTTP status ${response.status}`)
  return data
}
