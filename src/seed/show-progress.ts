import type { Log } from '../log.ts'
import { progressBar } from '../progress-bar.ts'

/** Milliseconds between two lines of the log. */
const pause = 3000

/** Shows on stderr how many snapshots are made: a bar on a terminal, else a line of the log now and then. */
export function showProgress(total: number, log: Log) {
  const { stderr } = process
  let logged = performance.now()
  let percent: number | null = null
  const draw = (done: boolean) => progressBar('seeding', percent ?? 0, { done, stream: stderr })
  return {
    made: (snapshots: number): void => {
      percent = Math.floor((100 * snapshots) / total)
      if (stderr.isTTY) draw(false)
      else if (performance.now() - logged >= pause) {
        logged = performance.now()
        log.info({ snapshots, of: total }, 'seeding')
      }
    },
    /** Whatever comes next is below the bar. */
    end: (): void => {
      if (stderr.isTTY && percent !== null) draw(true)
    },
  }
}
