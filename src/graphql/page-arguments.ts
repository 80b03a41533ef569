import { builder } from './builder.ts'

/** The arguments that every connection takes. */
export const pageArguments = builder.args((t) => ({
  first: t.int({
    description:
      'Read at most this many rows from the start of the list. Default: 50, unless `last` is given. A number below 0 or above 100, or `first` and `last` together, is refused with BAD_USER_INPUT.',
  }),
  after: t.string({
    description:
      'Read only rows after the cursor. It can be combined with `before`, and with `first` or `last`.',
  }),
  last: t.int({
    description:
      'Read at most this many rows, 0 to 100, from the end of the list. They are still in the order of the list.',
  }),
  before: t.string({
    description:
      'Read only rows before the cursor. It can be combined with `after`, and with `first` or `last`.',
  }),
}))
