import { peer } from './server.ts'

export const apollo = peer({
  name: 'apollo',
  what: 'Apollo Server, standalone: DataLoader, prepared statements',
  package: '@apollo/server',
})
