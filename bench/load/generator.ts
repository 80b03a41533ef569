import { once } from 'node:events'
import { join } from 'node:path'
import { start, typescript } from '../processes.ts'
import type { Job, Turn } from './job.ts'

/** The process that makes the load, which does one job at a time. */
export interface Generator {
  load(job: Job): Promise<Turn>
}

export function startGenerator(folder: string): Generator {
  const child = start({ args: typescript('./load/worker.ts'), log: join(folder, 'load.log') })
  const ended = once(child, 'exit').then(() => {
    throw new Error('the generator of load has ended')
  })
  ended.catch(() => {})
  return {
    load: async (job) => {
      const answer = once(child, 'message')
      child.send(job)
      const [{ turn, problem }] = await Promise.race([answer, ended])
      if (problem !== undefined) throw new Error(problem)
      return turn
    },
  }
}
