import { createContext, type ReactNode, use, useEffect, useState } from 'react'
import { useClient } from 'urql'
import { graphql } from '../gql/index.ts'

const Progress = graphql(`
  query Progress($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      id
      ...SnapshotStatus
      ...BackupStatus
    }
  }
`)

const everySecond = 1000

/** How many places show each id. */
type Shown = Map<string, number>

const ProgressContext = createContext<Shown | null>(null)

/** Asks each second how far those are that are shown and under way, all in one request: progress is no event. */
export function ProgressProvider({ children }: { children: ReactNode }) {
  const client = useClient()
  const [shown] = useState<Shown>(() => new Map())
  useEffect(() => {
    let isAsking = false
    const ask = async () => {
      if (isAsking || shown.size === 0 || document.hidden) return
      isAsking = true
      const ids = [...shown.keys()].slice(0, 100)
      await client.query(Progress, { ids }, { requestPolicy: 'network-only' }).toPromise()
      isAsking = false
    }
    const timer = setInterval(ask, everySecond)
    return () => clearInterval(timer)
  }, [client, shown])
  return <ProgressContext value={shown}>{children}</ProgressContext>
}

/** Keeps the progress of what is shown up to date while it is under way. */
export function useProgress(id: string, isUnderWay: boolean): void {
  const shown = use(ProgressContext)
  useEffect(() => {
    if (!isUnderWay || !shown) return
    shown.set(id, (shown.get(id) ?? 0) + 1)
    return () => {
      const rest = (shown.get(id) ?? 1) - 1
      if (rest > 0) shown.set(id, rest)
      else shown.delete(id)
    }
  }, [id, isUnderWay, shown])
}
