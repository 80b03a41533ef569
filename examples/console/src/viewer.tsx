import { createContext, type ReactNode, use } from 'react'
import type { FragmentType } from './gql/fragment-masking.ts'
import type { ViewerPartsFragment } from './gql/graphql.ts'
import { graphql, unmask } from './gql/index.ts'

const ViewerParts = graphql(`
  fragment ViewerParts on Viewer {
    role
    account {
      id
      name
    }
  }
`)

const ViewerContext = createContext<ViewerPartsFragment | null>(null)

export interface ViewerProviderProps {
  viewer: FragmentType<typeof ViewerParts>
  children: ReactNode
}

export function ViewerProvider({ viewer, children }: ViewerProviderProps) {
  return <ViewerContext value={unmask(ViewerParts, viewer)}>{children}</ViewerContext>
}

/** Who one is, and what one may do. */
export function useViewer(): ViewerPartsFragment {
  const viewer = use(ViewerContext)
  if (!viewer) throw new Error('there is no ViewerProvider')
  return viewer
}
