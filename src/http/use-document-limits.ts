import type { Plugin } from 'graphql-yoga'
import { refuseLargeDocument } from '../graphql/refuse-large-document.ts'

/** Keeps too large documents from the parser. Those that Yoga remembers are not looked at again. */
export function useDocumentLimits(): Plugin {
  return {
    onParse: ({ parseFn, setParseFn }) =>
      setParseFn((source, options) => {
        refuseLargeDocument(source)
        return parseFn(source, options)
      }),
  }
}
