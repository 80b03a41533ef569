import type { Sql } from 'postgres'
import { literalsOf } from './flat-lists.ts'

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: Plan[]
}

/** What a statement reads of a table. */
export interface Reads {
  /** In one go, at most. */
  rows: number
  ways: string[]
}

/** What a statement reads, by tables, as Postgres tells; `mode`: how it plans, such as force_generic_plan. */
export async function readsOf(
  client: Sql,
  { text, values }: { text: string; values: unknown[] },
  mode: string,
): Promise<Map<string, Reads>> {
  const plan = await client.begin(async (sql) => {
    await sql.unsafe(`set local plan_cache_mode = ${mode}`)
    await sql.unsafe(`prepare asked as ${text}`)
    const [row] = await sql.unsafe(`explain (analyze, format json) execute asked(${literalsOf(values)})`)
    await sql.unsafe('deallocate asked')
    return row?.['QUERY PLAN'][0].Plan as Plan
  })
  const reads = new Map<string, Reads>()
  const visit = (plan: Plan) => {
    const table = plan['Relation Name']
    if (table !== undefined && plan['Actual Loops'] > 0) {
      const { rows, ways } = reads.get(table) ?? { rows: 0, ways: [] }
      const { 'Rows Removed by Filter': filtered = 0, 'Rows Removed by Index Recheck': rechecked = 0 } = plan
      reads.set(table, {
        rows: Math.max(rows, plan['Actual Rows'] + filtered + rechecked),
        ways: [...ways, plan['Node Type']],
      })
    }
    for (const inner of plan.Plans ?? []) visit(inner)
  }
  visit(plan)
  return reads
}
