import type { DatabaseAddress } from '../../src/database/database.ts'
import { typescript } from '../processes.ts'
import { contractAnswer, contractBody } from '../requests/contract.ts'
import type { Kind } from '../requests/kinds.ts'
import type { Subject } from '../requests/subject.ts'

/** What a server is started with. */
export interface Start {
  port: number
  address: DatabaseAddress
  /** How the gateway is told of the database. */
  env: Record<string, string>
  /** An API key of the gateway, as `accessKey:secret`. */
  apiKey: string
}

/** One that is measured: how it is started, how it is asked, and what its answers mean. */
export interface Server {
  name: string
  /** In a few words, for who reads the results. */
  what: string
  /** The package whose version is told. */
  package?: string
  program(start: Start): { args: string[]; env: Record<string, string> }
  headers?(start: Start): Record<string, string>
  /** A request, as the body of a POST to /graphql. */
  body(kind: Kind, subject: Subject): string
  /** An answer in the gateway's terms, to be compared. */
  answer(kind: Kind, body: string): unknown
}

/** One that was written here for a part of the gateway's schema. */
export function peer(description: Pick<Server, 'name' | 'what' | 'package'>): Server {
  return {
    ...description,
    program: ({ port, address }) => ({
      // As the gateway has it: without, some starts would be slow by chance.
      args: ['--no-allocation-site-pretenuring', ...typescript(`./peers/${description.name}.ts`)],
      env: { PORT: String(port), BENCH_ADDRESS: JSON.stringify(address) },
    }),
    body: (kind, subject) => contractBody(kind, subject),
    answer: (_, body) => contractAnswer(body),
  }
}
