import { generate } from './generate.ts'
import type { Job } from './job.ts'

/** The process that makes the load: a loop of its own, which neither the servers nor the report share. */
process.on('message', (job: Job) => {
  generate(job).then(
    (turn) => process.send?.({ turn }),
    (error: Error) => process.send?.({ problem: error.message }),
  )
})
process.once('disconnect', () => process.exit())
