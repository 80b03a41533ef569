import { useQuery } from 'urql'
import { describeFailure } from '../gateway/describe-failure.ts'
import { graphql } from '../gql/index.ts'
import { useAskedAgain } from '../live/use-asked-again.ts'
import { FailureText } from '../ui/failure-text.tsx'
import { useKept } from '../ui/use-kept.ts'
import { SnapshotBackup } from './snapshot-backup.tsx'

const Backups = graphql(`
  query Backups($snapshotId: ID!) {
    backups(first: 10, filter: { snapshotId: [$snapshotId] }) {
      nodes {
        id
        ...BackupFacts
      }
    }
  }
`)

/** Its backup, and those whose removal is under way, or has failed. */
export function SnapshotBackups({ snapshotId }: { snapshotId: string }) {
  const [{ data, error }, ask] = useQuery({
    query: Backups,
    variables: { snapshotId },
    requestPolicy: 'cache-and-network',
  })
  const backups = useKept(data?.backups.nodes)
  const refresh = () => ask({ requestPolicy: 'network-only' })
  useAskedAgain({
    ask: refresh,
    isChangedBy: (event) => event.snapshotId === snapshotId && event.kind === 'TRANSITION',
    hasFailed: error !== undefined,
  })
  if (!backups && error) return <FailureText failure={describeFailure(error)} onRetry={refresh} />
  return (
    <section aria-label="Backup">
      <h3>Backup</h3>
      {backups?.map((backup) => (
        <SnapshotBackup key={backup.id} backup={backup} />
      ))}
      {backups?.length === 0 && <p className="hint">None.</p>}
    </section>
  )
}
