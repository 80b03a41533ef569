import type { Generator } from '../load/generator.ts'
import type { Turn } from '../load/job.ts'
import { type Kind, proofs } from '../requests/kinds.ts'
import type { Subject } from '../requests/subject.ts'
import type { Running } from '../servers/start-server.ts'
import type { Settings } from '../settings.ts'

/** The turns of one kind of request: of each round, one for each server. */
export type Rounds = Map<string, Turn>[]

interface Handles {
  generator: Generator
  servers: readonly Running[]
  settings: Settings
  /** Called after each turn. */
  afterTurn(): Promise<void>
  tell(what: string): void
}

/**
 * Every server has its turn in every round, so that what disturbs the machine for a while disturbs them all. Each
 * round begins with another one, and every other goes backwards, so that none has always the same one before it.
 */
export async function runRounds(
  { generator, servers, settings, afterTurn, tell }: Handles,
  kind: Kind,
  subjects: readonly Subject[],
): Promise<Rounds> {
  const bodies = new Map(
    servers.map((server) => [server, subjects.map((subject) => server.body(kind, subject))]),
  )
  const turn = async (server: Running, warmUp: { seconds: number; requests: number }, seconds: number) => {
    const job = {
      port: server.port,
      pid: server.pid,
      headers: server.sentHeaders,
      bodies: bodies.get(server) ?? [],
      proof: proofs[kind],
      connections: settings.connections,
      warmUp,
      seconds,
    }
    const result = await generator.load(job).catch((error: Error) => {
      throw new Error(`${server.name}, ${kind}: ${error.message}`)
    })
    await afterTurn()
    return result
  }

  for (const server of servers) {
    tell(`${kind}: ${server.name} is warmed up`)
    await turn(server, { seconds: 0, requests: settings.warmUpRequests }, 0)
  }
  const rounds: Rounds = []
  for (let round = 0; round < settings.rounds; round++) {
    const results: [string, Turn][] = []
    for (const server of turned(servers, round)) {
      tell(`${kind}: round ${round + 1} of ${settings.rounds}, ${server.name}`)
      results.push([
        server.name,
        await turn(server, { seconds: settings.warmUpSeconds, requests: 0 }, settings.seconds),
      ])
    }
    rounds.push(new Map(results))
  }
  return rounds
}

function turned<T>(values: readonly T[], round: number): T[] {
  const from = round % values.length
  const turned = [...values.slice(from), ...values.slice(0, from)]
  return round % 2 === 0 ? turned : turned.reverse()
}
