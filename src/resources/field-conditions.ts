import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { RowValue } from '../database/account-statements.ts'
import type { ResourceRow } from '../database/tables.ts'
import { type Condition, isAnyOf, nothing, ofColumn, type Serves, type Value } from './condition.ts'
import { isDateTime, parseDateTime } from './date-time.ts'
import { startsWith } from './filter.ts'
import { type IdType, parseIdOf } from './ids.ts'
import { isStorable } from './text-rules.ts'

/** A field that lists can be searched by, and sorted by. */
export interface Field {
  /** How its values are written; `option`: one of some texts. */
  kind: 'text' | 'uuid' | 'option' | 'boolean' | 'integer' | 'time' | 'reference'
  /** Null for one that is the same in all rows: `constant`. */
  column: PgColumn | null
  constant?: string | null
  /** What of the column; left out: its value. */
  as?: RowValue
  /** Whether a row's value is its column's, or null; left out: always. */
  isShown?(row: ResourceRow): boolean
  /** Of a reference: what it refers to. */
  type?: IdType
  /** How indexes serve an equality with it, by the order of the list. */
  serves?: Serves
  /** By which name indexes know the order by it; left out: none has it. */
  order?: string
}

/** A text that is sorted by its code points, as its column is not. */
export function byCodePoints(column: PgColumn): Field {
  return { kind: 'text', column, as: (of) => sql`${of(column)} collate "C"` }
}

const ofText = ['eq', 'ne', 'prefix', 'like', 'notlike', 'null', 'notnull'] as const
const ofNumber = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'null', 'notnull'] as const
const ofOption = ['eq', 'ne', 'null', 'notnull'] as const

/** How a field can be compared, by Rancher's names. */
export type Modifier = (typeof ofText | typeof ofNumber | typeof ofOption)[number]

/** The modifiers that a field has. */
export function modifiersOf({ kind }: Field): readonly Modifier[] {
  if (kind === 'text' || kind === 'uuid') return ofText
  return kind === 'integer' || kind === 'time' ? ofNumber : ofOption
}

/**
 * That a field compares so with a value. A value that cannot be one of the field, such as a malformed id, matches nothing,
 * whatever the modifier; nor does a field that is null, but for `null`, which like `notnull` looks at no value.
 */
export function matchField(field: Field, modifier: Modifier, text: string): Condition {
  const { column } = field
  if (modifier === 'null' || modifier === 'notnull') return isNull(field, modifier === 'null')
  const value = readValue(field, text)
  if (value === null) return nothing
  if (column === null) return matchConstant(field.constant ?? null, modifier, value)
  switch (modifier) {
    case 'eq':
      return field.kind === 'time' ? inSecond(field, column, value) : equals(field, column, value)
    case 'ne':
      return field.kind === 'time' ? outsideSecond(column, value) : compare(field, column, '<>', value)
    case 'prefix':
      return hasPrefix(field, column, value)
    case 'like':
      return isLike(field, column, value, true)
    case 'notlike':
      return isLike(field, column, value, false)
    default:
      return field.kind === 'time'
        ? compareSecond(field, column, modifier, value)
        : compare(field, column, operators[modifier], value)
  }
}

const operators = { lt: '<', lte: '<=', gt: '>', gte: '>=' } as const

const everything: Condition = { shape: 'everything', values: [], sql: () => sql`true`, serves: {} }

/** As the database spells it; null where it cannot be a value of the field. */
function readValue({ kind, type }: Field, text: string): string | null {
  switch (kind) {
    case 'reference':
      return type === undefined ? null : (parseIdOf(type, text)?.toString() ?? null)
    case 'integer':
      return /^-?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text) ? text : null
    case 'time':
      return parseSecond(text)
    case 'uuid':
      return isStorable(text) ? text.toLowerCase() : null
    case 'boolean':
      return /^(true|false)$/i.test(text) ? text.toLowerCase() : null
    default:
      return isStorable(text) ? text : null
  }
}

/** Whether a text, as the database spells it, is a value that a row may have. */
export function isValueOf({ kind, column }: Field, text: string): boolean {
  if (kind === 'time') return isDateTime(text)
  if (kind === 'uuid') return uuid.test(text)
  if (kind === 'text' || kind === 'option') return isStorable(text)
  const most = column?.getSQLType() === 'integer' ? 9 : 18
  return /^-?\d+$/.test(text) && text.replace('-', '').length <= most
}

/** A time, or a day as its beginning, to the second, as interfaces that have no fractions show it. */
function parseSecond(text: string): string | null {
  const time = parseDateTime(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text)
  return time === null ? null : `${time.slice(0, 19)}Z`
}

/** By `eq` and `ne`: a constant that is any text is not there. */
function matchConstant(constant: string | null, modifier: Modifier, value: string): Condition {
  if (constant === null) return nothing
  return (modifier === 'eq') === (value === constant) ? everything : nothing
}

function isNull(field: Field, isNull: boolean): Condition {
  const { column, constant = null } = field
  if (column === null) return (constant === null) === isNull ? everything : nothing
  if (column.notNull) return isNull ? nothing : everything
  return isNull
    ? {
        shape: `${column.name} null`,
        values: [],
        sql: () => sql`${comparedOf(field, column)} is null`,
        serves: {},
      }
    : {
        shape: `${column.name} notnull`,
        values: [],
        sql: () => sql`${comparedOf(field, column)} is not null`,
        serves: {},
      }
}

function equals(field: Field, column: PgColumn, value: string): Condition {
  const { kind, as, serves } = field
  // What is no uuid is equal to none.
  if (kind === 'uuid' && !uuid.test(value)) return nothing
  return as || kind === 'integer' ? compare(field, column, '=', value) : isAnyOf(column, [value], serves)
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

function compare(field: Field, column: PgColumn, operator: string, value: string): Condition {
  // What is compared with a uuid need not be one, nor what is compared with an integer as small as the column has them.
  const type = { uuid: 'text', integer: 'bigint' }[column.getSQLType()]
  return {
    shape: `${column.name} ${operator}`,
    values: [type ? { type, value } : ofColumn(column, value)],
    sql: (value) => sql`${comparedOf(field, column)} ${sql.raw(operator)} ${value}`,
    serves: {},
  }
}

/** Whatever is within a second equals it. */
function compareSecond(
  { order }: Field,
  column: PgColumn,
  modifier: keyof typeof operators,
  value: string,
): Condition {
  const [operator, bound] = (
    { lt: ['<', start], lte: ['<', end], gt: ['>=', end], gte: ['>=', start] } as const
  )[modifier]
  return {
    shape: `${column.name} ${modifier} second`,
    values: [ofColumn(column, value)],
    sql: (second) => sql`${column} ${sql.raw(operator)} ${bound(second)}`,
    serves: order === undefined ? {} : { [order]: 'bounds' },
  }
}

function inSecond({ order }: Field, column: PgColumn, value: string): Condition {
  return {
    shape: `${column.name} in second`,
    values: [ofColumn(column, value)],
    sql: (second) => sql`${column} >= ${start(second)} and ${column} < ${end(second)}`,
    serves: order === undefined ? {} : { [order]: 'bounds' },
  }
}

function outsideSecond(column: PgColumn, value: string): Condition {
  return {
    shape: `${column.name} outside second`,
    values: [ofColumn(column, value)],
    sql: (second) => sql`(${column} < ${start(second)} or ${column} >= ${end(second)})`,
    serves: {},
  }
}

const start = (second: SQL) => second
const end = (second: SQL) => sql`${second} + interval '1 second'`

function hasPrefix(field: Field, column: PgColumn, prefix: string): Condition {
  if (field.serves?.NAME === 'bounds') return startsWith(column, prefix, field.serves)
  return isLike(field, column, `${prefix.replace(/[\\%_]/g, '\\$&')}%`, true)
}

/** By SQL's % and _, which a backslash takes their meaning; one that ends the pattern stands for itself. */
function isLike(field: Field, column: PgColumn, pattern: string, isLike: boolean): Condition {
  const [trailing = ''] = /\\*$/.exec(pattern) ?? []
  const whole: Value = { type: 'text', value: trailing.length % 2 === 0 ? pattern : `${pattern}\\` }
  return {
    shape: `${column.name} ${isLike ? 'like' : 'notlike'}`,
    values: [whole],
    sql: (pattern) => sql`${comparedOf(field, column)} ${sql.raw(isLike ? 'like' : 'not like')} ${pattern}`,
    serves: {},
  }
}

/** What is compared; of a uuid its text. */
function comparedOf({ kind, as }: Field, column: PgColumn): SQL {
  if (as) return as((column) => sql`${column}`)
  return kind === 'uuid' ? sql`${column}::text` : sql`${column}`
}
