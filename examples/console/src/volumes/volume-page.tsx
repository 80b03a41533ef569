import { useEffect, useEffectEvent, useState } from 'react'
import { useQuery } from 'urql'
import { describeFailure } from '../gateway/describe-failure.ts'
import { graphql } from '../gql/index.ts'
import { useAskedAgain } from '../live/use-asked-again.ts'
import { FailureText } from '../ui/failure-text.tsx'
import { useKept } from '../ui/use-kept.ts'
import { useView, ViewLink } from '../view/use-view.tsx'

const Volumes = graphql(`
  query Volumes($first: Int!, $after: String, $filter: VolumeFilter) {
    volumes(first: $first, after: $after, filter: $filter, orderBy: { field: NAME, direction: ASC }) {
      nodes {
        id
        name
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`)

/** As large as pages may be. */
const pageSize = 100
const every30Seconds = 30_000

export interface VolumePageProps {
  after: string | null
  name: string
  onCount?: (rows: number) => void
}

/** A page of the list; the next one comes beneath it. */
export function VolumePage({ after, name, onCount }: VolumePageProps) {
  const { volume: chosen } = useView()
  const [hasMore, setMore] = useState(false)
  const filter = name ? { name: { startsWith: name } } : null
  const [{ data, error }, ask] = useQuery({
    query: Volumes,
    variables: { first: pageSize, after, filter },
    requestPolicy: 'cache-and-network',
  })
  const page = useKept(data?.volumes)
  const refresh = () => ask({ requestPolicy: 'network-only' })
  useAskedAgain({
    ask: refresh,
    isChangedBy: ({ from, volumeId }) => from === null && !page?.nodes.some(({ id }) => id === volumeId),
    hasFailed: error !== undefined,
  })
  useOtherwiseNew(refresh)

  const rows = page?.nodes.length
  const tellCount = useEffectEvent((known: number) => onCount?.(known))
  useEffect(() => {
    if (rows !== undefined) tellCount(rows)
  }, [rows])

  if (!page && error)
    return (
      <li>
        <FailureText failure={describeFailure(error)} onRetry={refresh} />
      </li>
    )
  if (!page) return <li className="skeleton" aria-hidden="true" />
  return (
    <>
      {page.nodes.map(({ id, name }) => (
        <li key={id}>
          <ViewLink to={{ volume: id }} aria-current={chosen === id ? 'page' : undefined} title={name ?? id}>
            {name}
          </ViewLink>
        </li>
      ))}
      {page.pageInfo.hasNextPage && !hasMore && (
        <li>
          <button type="button" className="quiet" onClick={() => setMore(true)}>
            Show more volumes
          </button>
        </li>
      )}
      {hasMore && page.pageInfo.hasNextPage && <VolumePage after={page.pageInfo.endCursor} name={name} />}
    </>
  )
}

/** There are no events of volumes: they are asked for when the page is looked at again, and now and then. */
function useOtherwiseNew(refresh: () => void): void {
  const askAgain = useEffectEvent(refresh)
  useEffect(() => {
    const ask = () => {
      if (!document.hidden) askAgain()
    }
    const timer = setInterval(ask, every30Seconds)
    addEventListener('focus', ask)
    return () => {
      clearInterval(timer)
      removeEventListener('focus', ask)
    }
  }, [])
}
