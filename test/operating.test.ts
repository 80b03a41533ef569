import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createMetrics } from '../src/metrics/create-metrics.ts'
import { rowMessages } from './support/messages.ts'

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
const document = read('docs/operating.md')
const section = (title: string) => document.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? ''

/** Every metric of the registry, as the text for Prometheus describes it. */
async function described() {
  const metrics = createMetrics({ version: '1' })
  metrics.watchDatabase({ db: {} as never, use: { size: 1, inUse: () => 0, waiting: () => 0 } }, 60)
  const all = await metrics.register.getMetricsAsJSON()
  return all.map(({ name, type, help }) => {
    const { labelNames } = metrics.register.getSingleMetric(name) as unknown as { labelNames: string[] }
    return { name, type: String(type), help, labels: [...labelNames] }
  })
}

describe('docs/operating.md', () => {
  it('lists every metric as the program describes it', async () => {
    const rows = (await described())
      .filter(({ name }) => name.startsWith('snapshot_gateway_'))
      .map(
        ({ name, type, help, labels }) =>
          `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`,
      )
    const table = document.split('<!-- metrics -->\n')[1]?.split('<!-- /metrics -->')[0]
    expect(table).toBe(`| metric | type | labels | meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`)
  })

  it('has alerts on metrics, labels and values that there are', async () => {
    const [, rules = ''] = /```yaml\n([\s\S]*?)```/.exec(section('Alerts')) ?? []
    const known = new Map((await described()).map(({ name, labels }) => [name, labels]))
    const used = [...rules.matchAll(/\b((?:snapshot_gateway|nodejs|process)_\w+)(?:\{([^}]*)\})?/g)]
    expect(used.length).toBeGreaterThan(10)
    for (const [, name = '', selector = ''] of used) {
      const labels = known.get(name) ?? known.get(name.replace(/_(bucket|sum|count)$/, ''))
      expect([name, labels]).toEqual([name, expect.any(Array)])
      for (const [, label = ''] of selector.matchAll(/(\w+)=/g))
        expect(['job', ...(labels ?? [])]).toContain(label)
    }
    // Each alert has a name of its own.
    const names = [...rules.matchAll(/alert: (\w+)/g)].map(([, name]) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  it('explains every message that a row may have', () => {
    const messages = [
      ...rowMessages(),
      'Writing the archive',
      'Copying to the backup target',
      'Deleting',
      'Waiting for the cancelled work to stop',
      'unexpected error',
      'GNU tar or bsdtar is needed',
    ]
    expect(messages.length).toBeGreaterThan(25)
    const text = section('Messages')
    // A part of `tar failed: …`.
    const missing = messages.filter((message) => message !== 'ended by' && !text.includes(message))
    expect(missing).toEqual([])
  })

  it('says what to do about every code of the README', () => {
    const [, table = ''] = read('README.md').split('with `extensions.code`:\n')
    const codes = [...(table.trim().split('\n\n')[0] ?? '').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(
      ([, code]) => code,
    )
    expect(codes.length).toBeGreaterThan(8)
    const text = section('Errors')
    expect(codes.filter((code) => !text.includes(`\`${code}\``))).toEqual([])
  })

  it('describes every field of a line of the log', () => {
    const text = section('Log')
    const sources = [
      'src/http/log-requests.ts',
      'src/http/report-changes.ts',
      'src/worker/log-transition.ts',
    ].map(read)
    for (const field of [
      'reqId',
      'errors',
      'refusals',
      'cancelled',
      'retryInMs',
      'attempt',
      'from',
      'to',
      'actor',
    ]) {
      expect(text).toContain(`\`${field}\``)
      expect(sources.join('')).toContain(field)
    }
    const [, events = ''] = /event: ([^\n]+)/.exec(sources[2] ?? '') ?? []
    for (const [, event] of events.matchAll(/'([^']+)'/g)) expect(text).toContain(`\`${event}\``)
  })
})
