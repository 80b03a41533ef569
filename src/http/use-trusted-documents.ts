import {
  defaultExtractPersistedOperationId,
  usePersistedOperations,
} from '@graphql-yoga/plugin-persisted-operations'
import { GraphQLError } from 'graphql'
import type { GraphQLParams, Plugin } from 'graphql-yoga'
import type { TrustedDocuments } from '../graphql/trusted-documents.ts'

/** The parameters of a request, of which nobody has looked at the types. */
type Params = GraphQLParams & { documentId?: unknown }

/**
 * Accepts none but the trusted documents: by `documentId`, as the draft of GraphQL over HTTP has it, by
 * `extensions.persistedQuery.sha256Hash`, as Apollo's clients send it, or whole. The codes are those of Apollo's router.
 */
export function useTrustedDocuments(documents: TrustedDocuments): Plugin[] {
  return [
    {
      onParams: ({ params, setParams }) => {
        if (typeof params.query !== 'string' || params.query === '') return
        const documentId = documents.idOf(params.query)
        if (documentId === undefined)
          throw refusal('QUERY_NOT_IN_SAFELIST', 'only trusted documents are accepted here, and this is none')
        // For the plugin, which takes ids alone.
        const { query, ...rest } = params
        setParams({ ...rest, documentId } as Params)
      },
    },
    usePersistedOperations({
      extractPersistedOperationId: (params, ...more) =>
        idOf(params) ?? defaultExtractPersistedOperationId(params, ...more),
      getPersistedOperation: (id) => documents.textOf(id) ?? null,
      customErrors: {
        notFound: () => refusal('PERSISTED_QUERY_NOT_IN_LIST', 'there is no trusted document with this id'),
        keyNotFound: () =>
          refusal(
            'PERSISTED_QUERY_ID_REQUIRED',
            'only trusted documents are accepted here: send the documentId of one',
          ),
        persistedQueryOnly: () => refusal('BAD_REQUEST', 'the query must be text'),
      },
    }),
  ]
}

/** Plain, or as the draft spells a SHA-256. */
function idOf({ documentId }: Params): string | null {
  return typeof documentId === 'string' ? documentId.replace(/^sha256:/, '') : null
}

function refusal(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: 400 } } })
}
