import type { FastifyBaseLogger, FastifyRequest } from 'fastify'
import type { Caller } from '../auth/caller.ts'
import type { ChangeReport } from '../resources/change-report.ts'
import { formatId } from '../resources/ids.ts'
import type { RequestObserver } from './request-observer.ts'

/** Makes the function that hears of a request's mutations: what one changed is a line of the log, as any transition. */
export function reportChanges(
  log: FastifyBaseLogger,
  request: FastifyRequest,
  { scope, actor }: Caller,
  observer: RequestObserver | undefined,
): (report: ChangeReport) => void {
  return (report) => {
    observer?.changed(report)
    if (report.outcome === 'refused') request.asked?.refusals.add(report.code)
    if (report.outcome !== 'accepted') return
    const { change, row, from, cancelled } = report
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
