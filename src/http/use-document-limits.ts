import type { Plugin } from 'graphql-yoga'
import type { DocumentLimits } from '../graphql/document-limits.ts'
import { explainAbortedValidation } from '../graphql/explain-aborted-validation.ts'
import { refuseDeepDocument } from '../graphql/refuse-deep-document.ts'
import { refuseLargeDocument } from '../graphql/refuse-large-document.ts'

/**
 * Keeps too large documents from the parser, and too deep ones from the validator. Those that Yoga remembers are not
 * looked at again.
 */
export function useDocumentLimits(limits: DocumentLimits): Plugin {
  return {
    onParse: ({ parseFn, setParseFn }) =>
      setParseFn((source, options) => {
        refuseLargeDocument(source, limits)
        const document = parseFn(source, options)
        refuseDeepDocument(document, limits.depth)
        return document
      }),
    onValidate: () => (validated) => validated.setResult(explainAbortedValidation(validated.result)),
  }
}
