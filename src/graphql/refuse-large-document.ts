import { Lexer, Source, TokenKind } from 'graphql'
import { RequestError } from '../resources/errors.ts'

/** What a document may be at most: far more than people and programs write, far less than the call stack takes. */
const limits = { depth: 100, tokens: 10_000 }

/**
 * Refuses a document that is nested too deeply, or too long, before it is parsed: parsing, validation and execution
 * call themselves for each level. Throws BAD_USER_INPUT, and for what is no token at all the parser's own error.
 */
export function refuseLargeDocument(document: string | Source, { depth, tokens } = limits): void {
  const lexer = new Lexer(typeof document === 'string' ? new Source(document) : document)
  let level = 0
  for (let count = 1; lexer.advance().kind !== TokenKind.EOF; count++) {
    level += steps.get(lexer.token.kind) ?? 0
    if (level > depth) refuse(`be nested at most ${depth} levels deep`)
    if (count > tokens) refuse(`have at most ${tokens} tokens`)
  }
}

/** How brackets change the level. Whether they match, the parser tells. */
const steps = new Map<TokenKind, number>([
  [TokenKind.BRACE_L, 1],
  [TokenKind.BRACKET_L, 1],
  [TokenKind.PAREN_L, 1],
  [TokenKind.BRACE_R, -1],
  [TokenKind.BRACKET_R, -1],
  [TokenKind.PAREN_R, -1],
])

function refuse(rule: string): never {
  throw new RequestError('BAD_USER_INPUT', `the document must ${rule}`)
}
