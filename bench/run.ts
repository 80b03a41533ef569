import { join } from 'node:path'
import { openPlace, type Place } from './database/place.ts'
import { deleteCreated, seed } from './database/seed.ts'
import { type Generator, startGenerator } from './load/generator.ts'
import { compareAnswers } from './measure/compare-answers.ts'
import { type Rounds, runRounds } from './measure/run-rounds.ts'
import { type MemoryAt, watchMemory } from './measure/watch-memory.ts'
import { run as runProgram, stopAll } from './processes.ts'
import { describeMachine } from './report/machine.ts'
import { tell } from './report/progress.ts'
import type { Report } from './report/report.ts'
import { forTerminal } from './report/terminal.ts'
import { versionsOf } from './report/versions.ts'
import { writeReport } from './report/write-report.ts'
import { chooseSubjects } from './requests/choose-subjects.ts'
import type { Kind } from './requests/kinds.ts'
import type { Subject } from './requests/subject.ts'
import { gateway } from './servers/gateway.ts'
import { servers as allServers, leftOut } from './servers/index.ts'
import { type Running, startServer } from './servers/start-server.ts'
import { isWhole, readSettings, type Settings } from './settings.ts'

/** Measures, and shows what was found. What it starts ends with it, however it ends. */
export async function main(quick: boolean): Promise<void> {
  const settings = readSettings(process.env, quick)
  const interrupted = interruption()
  const place = await openPlace(settings)
  try {
    const report = await Promise.race([measure(place, settings), interrupted])
    tell('')
    process.stdout.write(`\n${forTerminal(report, quick)}\n`)
    if (isWhole(settings)) await writeReport(report)
  } finally {
    await stopAll()
    await place.close()
  }
}

async function measure(place: Place, settings: Settings): Promise<Report> {
  tell('the database is seeded')
  await seed(place, settings)
  const apiKey = await makeApiKey(place)
  const subjects = await chooseSubjects(place.sql, settings.requests)
  const asked = allServers.filter(({ name }) => settings.servers?.includes(name) ?? true)

  // All at once: one that nobody asks does nothing, and none has to be warmed up again for each round.
  const servers: Running[] = []
  for (const server of asked) {
    tell(`${server.name} is started`)
    servers.push(await startServer(server, place, apiKey))
  }
  for (const kind of settings.kinds) {
    tell(`${kind}: answers are compared`)
    await compareAnswers(servers, kind, subjects[kind].slice(0, settings.compared))
  }
  await deleteCreated(place)

  const generator = startGenerator(place.folder)
  const rounds = new Map<Kind, Rounds>()
  for (const kind of settings.kinds) {
    const afterTurn = () => (kind === 'Q4' ? deleteCreated(place) : Promise.resolve())
    const handles = { generator, servers, settings, afterTurn, tell }
    rounds.set(kind, await runRounds(handles, kind, subjects[kind]))
    if (kind === 'Q4') await place.sql`vacuum snapshot`
  }
  for (const server of servers) await server.stop()

  const memory = settings.memorySeconds > 0 ? await memoryOfGateway(place, settings, generator, subjects) : []
  const { snapshots, volumes, connections, seconds } = settings
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    versions: await versionsOf(place.sql, asked),
    settings: { snapshots, volumes, connections, rounds: settings.rounds, seconds },
    servers: asked.map(({ name, what }) => ({ name, what })),
    leftOut,
    rounds,
    memory,
  }
}

/** Of one that has just been started, under load of all kinds in turn. */
async function memoryOfGateway(
  place: Place,
  settings: Settings,
  generator: Generator,
  subjects: Record<Kind, Subject[]>,
): Promise<MemoryAt[]> {
  tell(`memory of the gateway, for ${settings.memorySeconds} s`)
  const server = await startServer(gateway, place, '')
  const bodies = subjects.Q1.flatMap((_, index) =>
    settings.kinds.flatMap((kind) => {
      const subject = subjects[kind][index]
      return subject === undefined ? [] : [server.body(kind, subject)]
    }),
  )
  const memory = await watchMemory(generator, server, bodies, settings)
  await server.stop()
  await deleteCreated(place)
  return memory
}

async function makeApiKey({ env, folder }: Place): Promise<string> {
  const options = ['--account', '1a1', '--role', 'ADMIN', '--name', 'bench', '--json']
  const log = join(folder, 'api-key.log')
  const output = await runProgram({ args: ['dist/main.js', 'api-key', 'create', ...options], env, log })
  const { accessKey, secret } = JSON.parse(output)
  return `${accessKey}:${secret}`
}

export class Interrupted extends Error {}

/** Rejects at Ctrl-C; a second one ends the process at once. */
function interruption(): Promise<never> {
  const interrupted = new Promise<never>((_, reject) => {
    const end = () => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const)
        process.off(signal, end).on(signal, () => process.exit(130))
      reject(new Interrupted('interrupted'))
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end)
  })
  interrupted.catch(() => {}) // told by whoever waits for it
  return interrupted
}
