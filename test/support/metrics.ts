import type { MetricsSource } from '../../src/http/serve-metrics.ts'

export type Sample = [labels: Record<string, string>, value: number]

/** The text of /metrics, read as Prometheus does. */
export function parseMetrics(text: string) {
  const samples = new Map<string, Sample[]>()
  for (const line of text.split('\n')) {
    const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
    if (name === undefined) continue
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', text = '']) => [
      key,
      text,
    ])
    samples.set(name, [...(samples.get(name) ?? []), [Object.fromEntries(pairs), Number(value)]])
  }
  return {
    /** Every sample of a name. */
    all: (name: string): Sample[] => samples.get(name) ?? [],
    /** That of exactly these labels. */
    value: (name: string, labels: Record<string, string> = {}): number | undefined =>
      samples
        .get(name)
        ?.find(
          ([found]) =>
            Object.keys(found).length === Object.keys(labels).length &&
            Object.entries(labels).every(([key, text]) => found[key] === text),
        )?.[1],
  }
}

/** Asks a running process. */
export async function scrapeMetrics(url: URL | string) {
  return parseMetrics(await (await fetch(url)).text())
}

export async function readMetrics(source: MetricsSource) {
  return parseMetrics(await source.scrape())
}
