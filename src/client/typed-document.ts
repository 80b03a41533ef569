/**
 * The text of a document, and the types of its result and its variables. A plain string is one, of unknown types; so is
 * what the client preset of GraphQL Code Generator makes with `documentMode: 'string'`.
 */
export interface TypedDocument<Result, Variables> {
  /** Which a text has, and a document that was parsed has not. */
  readonly length: number
  toString(): string
  /** For the compiler alone: it is never there. */
  __apiType?: ((variables: Variables) => Result) | undefined
}

/** The documents of this client. Codegen's class of this name needs a package that whoever installs this one has not. */
export class TypedDocumentString<Result, Variables>
  extends String
  implements TypedDocument<Result, Variables>
{
  declare __apiType?: ((variables: Variables) => Result) | undefined

  /** Codegen tells about fragments what nobody needs. */
  constructor(text: string, _about?: object) {
    super(text)
  }
}
