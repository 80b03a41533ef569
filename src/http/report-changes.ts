import type { FastifyBaseLogger, FastifyRequest } from 'fastify'
import type { Caller } from '../auth/caller.ts'
import type { ChangeReport } from '../resources/change-report.ts'
import { formatId } from '../resources/ids.ts'
import type { RequestObserver } from './request-observer.ts'

/**
 * Makes the function that hears of a request's mutations: what one changed is a line of the log, as any transition.
 * `changed`: hears that there is something for the history.
 */
export function reportChanges(
  log: FastifyBaseLogger,
  request: FastifyRequest,
  { scope, actor }: Caller,
  { observer, changed }: { observer: RequestObserver | undefined; changed(): void },
): (report: ChangeReport) => void {
  return (report) => {
    observer?.changed(report)
    if (report.outcome === 'refused') request.asked?.refusals.add(report.code)
    if (report.outcome !== 'accepted') return
    const { change, row, from, cancelled } = report
    if (row.kind !== 'volume') changed()
    log.info(
      {
        event: 'accepted',
        operation: change,
        id: formatId(row.kind, row.id),
        account: formatId('account', scope.accountId),
        from,
        to: row.state,
        reqId: request.id,
        actor,
        ...(cancelled && { cancelled }),
      },
      `${change}: accepted`,
    )
  }
}
