/** A reference to a table in a statement. */
export interface Reference {
  table: string
  /** What its account_id must be: `$1`; or null where nothing says so. */
  account: string | null
}

type Token = string
/** A query within a statement; nested ones are apart. */
interface Block {
  tokens: Token[]
  outer: Block | null
  /** Of `with name as (..)`. */
  name: string | null
  /** Those right within it. */
  inner: Block[]
}

const words =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$\d+|[\p{L}_][\p{L}\p{N}_]*|\d+(?:\.\d+)?|::|<>|<=|>=|!=|[^\s]/gu
const tokensOf = (statement: string): Token[] =>
  (withoutQueriesOfParameters(statement.replace(/--.*|\/\*[\s\S]*?\*\//g, ' ')).match(words) ?? []).map(
    (word) => (word.startsWith('"') ? word.slice(1, -1) : word.startsWith("'") ? word : word.toLowerCase()),
  )

/** A parameter in a query of its own is that parameter. */
const withoutQueriesOfParameters = (statement: string): string =>
  statement.replace(/\(\s*select\s+(\$\d+)::bigint\s*\)/gi, '$1')

const beginsQuery = new Set(['select', 'insert', 'update', 'delete', 'with'])
/** What follows a table where it has no alias. */
const keywords = new Set(
  'where set on join inner left right full cross group order limit for union values returning using as default select'.split(
    ' ',
  ),
)

/**
 * Each reference of a statement to one of the tables, and the parameter that its account is bound to: by a condition
 * that holds of all its rows, or in an insert by its value. Only what it surely understands counts as bound.
 */
export function accountBindings(statement: string, tables: ReadonlySet<string>): Reference[] {
  return blocksOf(tokensOf(statement)).flatMap((block) =>
    bindingsOf(block, tables).map(({ table, account }) => ({ table, account })),
  )
}

/** The queries of a statement, each without those within it. */
function blocksOf(tokens: Token[]): Block[] {
  const blocks: Block[] = []
  const open: (Block | null)[] = [] // null: a parenthesis of the same query
  let block: Block = { tokens: [], outer: null, name: null, inner: [] }
  blocks.push(block)
  const begin = (outer: Block | null, name: string | null = null) => {
    block = { tokens: [], outer, name, inner: [] }
    outer?.inner.push(block)
    blocks.push(block)
  }
  for (const [index, token] of tokens.entries()) {
    if (token === '(' && beginsQuery.has(tokens[index + 1] ?? '')) {
      const [name = null] = /(\S+) as( materialized)?$/.exec(block.tokens.join(' '))?.slice(1) ?? []
      block.tokens.push('(', '…')
      open.push(block)
      begin(block, name)
    } else if (token === '(') {
      block.tokens.push(token)
      open.push(null)
    } else if (token === ')') {
      const outer = open.pop()
      if (outer) block = outer
      block.tokens.push(token)
    } else if (token === 'union' || token === 'except' || token === 'intersect') {
      begin(block.outer)
      open.splice(open.findLastIndex((outer) => outer !== null) + 1)
    } else block.tokens.push(token)
  }
  return blocks
}

interface Named extends Reference {
  name: string
}

function bindingsOf(block: Block, tables: ReadonlySet<string>): Named[] {
  const outer = block.outer ? bindingsOf(block.outer, tables) : []
  const references = referencesOf(block, tables)
  const conditions = ['where', 'on'].flatMap((word) => clausesOf(block.tokens, word)).flatMap(conjuncts)
  // Again and again, as one may be bound by another.
  for (let found = true; found; ) {
    found = false
    for (const reference of references) {
      if (reference.account !== null) continue
      reference.account = accountOf(reference, references, outer, conditions)
      found ||= reference.account !== null
    }
  }
  return references
}

/** Tables after from, join, update, into and using, and those after a comma in from. */
function referencesOf(block: Block, tables: ReadonlySet<string>): Named[] {
  const { tokens } = block
  const references: Named[] = []
  for (const [index, token] of tokens.entries()) {
    if (!tables.has(token)) continue
    const before = tokens[index - 1] ?? ''
    const isTable =
      ['from', 'join', 'update', 'into', 'using', 'only', 'lateral', 'table', 'truncate'].includes(before) ||
      (before === '.' && tokens[index - 2] === 'public') ||
      (before === ',' && inFrom(tokens, index))
    if (!isTable || (before === 'update' && tokens[index - 2] === 'for') || tokens[index + 1] === '.')
      continue
    const after = tokens[index + 1] === 'as' ? tokens[index + 2] : tokens[index + 1]
    const name = after && /^[\p{L}_]/u.test(after) && !keywords.has(after) ? after : token
    references.push({
      table: token,
      name,
      account: before === 'into' ? insertedAccount(block, index, tables) : null,
    })
  }
  return references
}

function inFrom(tokens: Token[], index: number): boolean {
  const before = tokens.slice(0, index)
  const last = (word: string) => before.lastIndexOf(word)
  return (
    last('from') >
    Math.max(last('where'), last('select'), last('on'), last('set'), last('by'), last('returning'))
  )
}

/**
 * The value of account_id in `insert into t (columns) values (..), (..)`, or in one of what another query of the statement
 * has; null where there is none, or several.
 */
function insertedAccount(block: Block, index: number, tables: ReadonlySet<string>): string | null {
  const { tokens } = block
  const start = tokens.indexOf('(', index)
  const columns = listAt(tokens, start)
  const position = columns.findIndex((column) => column.length === 1 && column[0] === 'account_id')
  const values = tokens.indexOf('values', start)
  const after = closing(tokens, start) + 1
  if (position >= 0 && tokens[after] === 'select') {
    const [selected = []] = splitAt(tokens.slice(after + 1, tokens.indexOf('from', after)), ',').slice(
      position,
    )
    if (selected.join() === 'account_id')
      return accountOfSource(block, tokens.indexOf('from', after) + 1, tables)
    return isParameter(selected[0] ?? '') ? (selected[0] ?? null) : null
  }
  if (position < 0 || values < 0) return null
  const accounts = new Set<string | undefined>()
  for (let at = values + 1; tokens[at] === '('; ) {
    const value = listAt(tokens, at)[position]
    accounts.add(value?.length === 1 ? value[0] : undefined)
    at = closing(tokens, at) + 1
    if (tokens[at] === ',') at += 1
  }
  const [account] = accounts
  return accounts.size === 1 && account && isParameter(account) ? account : null
}

/** The account of all rows of what follows `from`: a query beside it by its name, or one in place of a table. */
function accountOfSource(block: Block, from: number, tables: ReadonlySet<string>): string | null {
  const source = block.tokens[from]
  if (source === '(') {
    const [first = []] = splitAt(block.inner[0]?.tokens.slice(1) ?? [], ',')
    const [parameter = '', ...cast] = first
    return isParameter(parameter) && cast.join(' ') === ':: bigint as account_id' ? parameter : null
  }
  const beside = block.outer?.inner.find(({ name }) => name === source)
  const accounts = new Set((beside ? bindingsOf(beside, tables) : []).map(({ account }) => account))
  const [account = null] = accounts
  return accounts.size === 1 ? account : null
}

function closing(tokens: Token[], open: number): number {
  let depth = 0
  for (let at = open; at < tokens.length; at++) {
    if (tokens[at] === '(') depth += 1
    if (tokens[at] === ')' && --depth === 0) return at
  }
  return tokens.length
}

function listAt(tokens: Token[], open: number): Token[][] {
  return splitAt(tokens.slice(open + 1, closing(tokens, open)), ',')
}

/** Splits at a word outside of all parentheses. */
function splitAt(tokens: Token[], word: string): Token[][] {
  const parts: Token[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    if (token === '(') depth += 1
    if (token === ')') depth -= 1
    if (token === word && depth === 0) parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts
}

const endsClause = new Set(
  'where on join inner left right full cross group order limit for returning window having offset set'.split(
    ' ',
  ),
)

/** What follows a word up to the next clause. An outer join's condition binds nothing. */
function clausesOf(tokens: Token[], word: string): Token[][] {
  const clauses: Token[][] = []
  let depth = 0
  for (const [index, token] of tokens.entries()) {
    if (token === '(') depth += 1
    if (token === ')') depth -= 1
    if (token !== word || depth > 0 || (word === 'on' && tokens[index + 1] === 'conflict')) continue
    const before = tokens.slice(0, index)
    const outerJoin =
      word === 'on' &&
      ['left', 'right', 'full', 'outer'].includes(before[before.lastIndexOf('join') - 1] ?? '')
    if (outerJoin) continue
    // Of an upsert, a condition is of the update alone.
    if (word === 'where' && before.includes('conflict')) continue
    const clause: Token[] = []
    let inner = 0
    for (const next of tokens.slice(index + 1)) {
      if (next === '(') inner += 1
      if (next === ')') inner -= 1
      if (inner < 0 || (inner === 0 && endsClause.has(next))) break
      clause.push(next)
    }
    clauses.push(clause)
  }
  return clauses
}

/** The parts of a condition that hold of every row that meets it. */
function conjuncts(condition: Token[]): Token[][] {
  if (condition[0] === '(' && closing(condition, 0) === condition.length - 1)
    return conjuncts(condition.slice(1, -1))
  if (splitAt(condition, 'or').length > 1) return []
  const parts = splitAt(condition, 'and')
  return parts.length > 1 ? parts.flatMap(conjuncts) : [condition]
}

const isParameter = (token: string) => /^\$\d+$/.test(token)

/** The parameter that a reference's account equals, perhaps by way of another reference. */
function accountOf(
  reference: Named,
  references: Named[],
  outer: Named[],
  conditions: Token[][],
): string | null {
  const column = reference.table === 'account' ? 'id' : 'account_id'
  for (const condition of conditions) {
    const sides = splitAt(condition, '=')
    if (sides.length !== 2) continue
    for (const [own, other] of [sides, [...sides].reverse()] as [Token[], Token[]][]) {
      const isOwn =
        own.join(' ') === `${reference.name} . ${column}` ||
        (own.length === 1 && own[0] === column && references.length === 1)
      if (!isOwn) continue
      if (other.length === 1 && isParameter(other[0] ?? '')) return other[0] ?? null
      const [name, dot, otherColumn] = other
      if (other.length !== 3 || dot !== '.') continue
      const by = references.find((other) => other.name === name) ?? outer.find((other) => other.name === name)
      if (
        by &&
        by !== reference &&
        otherColumn === (by.table === 'account' ? 'id' : 'account_id') &&
        by.account
      )
        return by.account
    }
  }
  return null
}
