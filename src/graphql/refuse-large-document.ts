import { Lexer, Source, TokenKind } from 'graphql'
import { RequestError } from '../resources/errors.ts'
import { type DocumentLimits, maximumText } from './document-limits.ts'

/** Comments are no tokens, and have to be read all the same. */
const charactersPerToken = 50
/** Messages repeat names, some of them once an error. */
const nameLength = 255

/**
 * Refuses a document that is too long, nested too deeply, or has too many aliases or directives, before it is parsed:
 * parsing, validation and execution call themselves for each level, and compare what has the same name. Throws
 * TOO_COSTLY, and for what is no token at all the parser's own error.
 */
export function refuseLargeDocument(document: string | Source, limits: DocumentLimits): void {
  const source = typeof document === 'string' ? new Source(document) : document
  const characters = limits.tokens * charactersPerToken
  if (source.body.length > characters) tooMany('characters', characters)
  const lexer = new Lexer(source)
  let [tokens, level, parentheses, aliases, directives] = [0, 0, 0, 0, 0]
  for (;;) {
    const { kind, start, end } = lexer.advance()
    if (kind === TokenKind.EOF) return
    if (++tokens > limits.tokens) tooMany('tokens', limits.tokens)
    switch (kind) {
      case TokenKind.PAREN_L:
        parentheses++
        level++
        break
      case TokenKind.PAREN_R:
        parentheses--
        level--
        break
      case TokenKind.BRACE_L:
      case TokenKind.BRACKET_L:
        level++
        break
      case TokenKind.BRACE_R:
      case TokenKind.BRACKET_R:
        level--
        break
      case TokenKind.COLON:
        // Within parentheses it is an argument's, a variable's or an input field's.
        if (parentheses === 0 && ++aliases > limits.aliases) tooMany('aliases', limits.aliases)
        break
      case TokenKind.AT:
        if (++directives > limits.directives) tooMany('directives', limits.directives)
        break
      case TokenKind.NAME:
        if (end - start > nameLength) refuse(`have no name of more than ${nameLength} characters`)
        break
      default:
        if (end - start > maximumText) refuse(`have no text of more than ${maximumText} characters`)
    }
    // Whether brackets match, the parser tells.
    if (level > limits.depth) tooDeep(limits.depth)
  }
}

function tooMany(what: string, limit: number): never {
  refuse(`have at most ${limit} ${what}`)
}

/** Refuses a document for its depth. */
export function tooDeep(limit: number): never {
  refuse(`be nested at most ${limit} levels deep`)
}

function refuse(rule: string): never {
  throw new RequestError('TOO_COSTLY', `the document must ${rule}`)
}
