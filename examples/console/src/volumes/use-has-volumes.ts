import { useQuery } from 'urql'
import { graphql } from '../gql/index.ts'

const AnyVolume = graphql(`
  query AnyVolume {
    volumes(first: 1) {
      nodes {
        id
      }
    }
  }
`)

/** Whether there is anything to take snapshots of; undefined as long as it is not known. */
export function useHasVolumes(): boolean | undefined {
  const [{ data }] = useQuery({ query: AnyVolume })
  return data && data.volumes.nodes.length > 0
}
