import { ratioOf, type Spread } from '../measure/summary.ts'
import type { Report } from './report.ts'
import { titleOf } from './tables.ts'

// Sizes in pixels.
const width = 760
const labelWidth = 150
const barHeight = 15
const barGap = 4
const titleHeight = 34
const valueWidth = 60

/** Read on white and on near black alike: GitHub shows the same picture in both themes. */
const ink = '#768390'
const accent = '#2f81f7'

interface Bar {
  name: string
  ratio: Spread
}

/** Bars of each server's ratio to bare, for each kind of request, as SVG. */
export function drawChart({ rounds, servers }: Report): string {
  const groups = [...rounds].map(([kind, ofKind]) => ({
    title: titleOf(kind),
    bars: servers.flatMap(({ name }): Bar[] => {
      const ratio = ratioOf(ofKind, name, 'bare')
      return ratio && name !== 'bare' ? [{ name, ratio }] : []
    }),
  }))
  const most = Math.max(1, ...groups.flatMap(({ bars }) => bars.map(({ ratio }) => ratio.max)))
  const scale = (width - labelWidth - valueWidth) / most
  let top = 26
  const drawn = groups.map(({ title, bars }) => {
    const begin = top
    top += titleHeight + bars.length * (barHeight + barGap)
    const bare = labelWidth + scale
    return [
      text(0, begin + 20, escaped(title), `font-weight="600"`),
      ...bars.map((bar, index) =>
        drawBar(bar, begin + titleHeight - 4 + index * (barHeight + barGap), scale),
      ),
      `<path d="M${round(bare)} ${begin + titleHeight - 8}V${top - 4}" stroke="${ink}" stroke-dasharray="3 3"/>`,
    ].join('\n')
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${top + 6}" viewBox="0 0 ${width} ${top + 6}" font-family="system-ui, sans-serif" font-size="12" fill="${ink}">
<title>Requests a second, of those of the bare server</title>
${text(labelWidth + scale, 16, 'bare = 1', 'text-anchor="middle"')}
${drawn.join('\n')}
</svg>
`
}

/** A bar with its median, and a line from the least to the greatest of the rounds. */
function drawBar({ name, ratio: { median, min, max } }: Bar, y: number, scale: number): string {
  const middle = y + barHeight / 2
  const at = (ratio: number) => round(labelWidth + ratio * scale)
  const own = name.startsWith('gateway')
  const color = own ? accent : ink
  return [
    text(labelWidth - 8, y + 12, escaped(name), `text-anchor="end"${own ? ' font-weight="600"' : ''}`),
    `<rect x="${labelWidth}" y="${y}" width="${round(median * scale)}" height="${barHeight}" rx="2" fill="${color}" fill-opacity="0.5"/>`,
    `<path d="M${at(min)} ${middle - 4}v8m0-4H${at(max)}m0-4v8" fill="none" stroke="${color}" stroke-width="1.5"/>`,
    text(Number(at(Math.max(median, max))) + 6, y + 12, median.toFixed(2)),
  ].join('\n')
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${round(x)}" y="${y}" ${attributes}>${content}</text>`
}

function round(value: number): string {
  return value.toFixed(1)
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
