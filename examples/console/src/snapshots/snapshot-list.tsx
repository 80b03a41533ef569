import { describeFailure } from '../gateway/describe-failure.ts'
import { FailureText } from '../ui/failure-text.tsx'
import { useView } from '../view/use-view.tsx'
import { ListFilters } from './list-filters.tsx'
import { ListPager } from './list-pager.tsx'
import { NoSnapshots } from './no-snapshots.tsx'
import { SnapshotTable } from './snapshot-table.tsx'
import { useSnapshotPage } from './use-snapshot-page.ts'

export function SnapshotList() {
  const view = useView()
  const { page, isOld, error, refresh } = useSnapshotPage(view)
  const isEmpty = page?.nodes.length === 0
  return (
    <section aria-label="Snapshots">
      <ListFilters />
      {error && <FailureText failure={describeFailure(error)} onRetry={refresh} />}
      {isEmpty ? (
        <NoSnapshots view={view} />
      ) : (
        (page || !error) && <SnapshotTable snapshots={page?.nodes} isOld={isOld} />
      )}
      {page && !(isEmpty && view.after === null && view.before === null) && (
        <ListPager pageInfo={page.pageInfo} />
      )}
    </section>
  )
}
