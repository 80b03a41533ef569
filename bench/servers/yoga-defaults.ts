import { gateway } from './gateway.ts'
import { peer } from './server.ts'

/** Asked as the gateway is: it has the same schema. */
export const yogaDefaults = {
  ...peer({
    name: 'yoga-defaults',
    what: "the gateway's schema, served by plain Yoga on node:http",
    package: 'graphql-yoga',
  }),
  body: gateway.body,
  answer: gateway.answer,
}
