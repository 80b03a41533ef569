import { readFile, writeFile } from 'node:fs/promises'
import { drawChart } from './chart.ts'
import { withResults } from './readme.ts'
import type { Report } from './report.ts'
import { toJson } from './results-json.ts'

const readme = new URL('../README.md', import.meta.url)

/** Writes results.json and results.svg, and the results into README.md. */
export async function writeReport(report: Report): Promise<void> {
  await writeFile(new URL('../results.json', import.meta.url), toJson(report))
  await writeFile(new URL('../results.svg', import.meta.url), drawChart(report))
  await writeFile(readme, withResults(await readFile(readme, 'utf8'), report))
}
