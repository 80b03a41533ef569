import type { SnapshotsQuery } from '../gql/graphql.ts'
import { goTo, useView, ViewLink } from '../view/use-view.tsx'
import { sizes } from '../view/view.ts'

export interface ListPagerProps {
  pageInfo: SnapshotsQuery['snapshots']['pageInfo']
}

/** Pages are links: they can be opened elsewhere, and the back button goes through them. */
export function ListPager({ pageInfo }: ListPagerProps) {
  const { hasNextPage, hasPreviousPage, startCursor, endCursor } = pageInfo
  const view = useView()
  return (
    <nav className="pager" aria-label="Pages">
      <label>
        Rows{' '}
        <select value={view.size} onChange={({ target }) => goTo({ size: Number(target.value) })}>
          {sizes.map((size) => (
            <option key={size}>{size}</option>
          ))}
        </select>
      </label>
      <PagerLink isThere={view.after !== null || view.before !== null} to={{ after: null, before: null }}>
        First
      </PagerLink>
      <PagerLink isThere={hasPreviousPage} to={startCursor ? { before: startCursor } : {}}>
        Previous
      </PagerLink>
      <PagerLink isThere={hasNextPage} to={{ after: endCursor ?? null }}>
        Next
      </PagerLink>
    </nav>
  )
}

interface PagerLinkProps {
  isThere: boolean
  to: { after?: string | null; before?: string | null }
  children: string
}

function PagerLink({ isThere, to, children }: PagerLinkProps) {
  return isThere ? (
    <ViewLink className="button" to={to}>
      {children}
    </ViewLink>
  ) : (
    // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useSemanticElements: a link that leads nowhere now
    <span className="button" role="link" aria-disabled="true">
      {children}
    </span>
  )
}
