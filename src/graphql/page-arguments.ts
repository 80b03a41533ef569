import { builder } from './builder.ts'

/** The arguments that every connection takes. */
export const pageArguments = builder.args((t) => ({
  first: t.int({ description: 'The first rows of the list (behind `after`), 0 to 100. Default 50.' }),
  after: t.string({ description: 'A cursor: only rows behind it.' }),
  last: t.int({ description: 'The last rows of the list (ahead of `before`), 0 to 100.' }),
  before: t.string({ description: 'A cursor: only rows ahead of it.' }),
}))
