#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { administer } from './administration/administer.ts'
import { formatAnswer } from './administration/answer.ts'
import { parseCommandLine } from './command-line.ts'
import { type Config, ConfigError, loadConfig } from './config/load-config.ts'
import { migrateDatabase } from './database/migrate.ts'
import { openDatabase } from './database/open-database.ts'
import type { Gateway } from './gateway.ts'
import { createLogger } from './logging/create-logger.ts'
import { passwordsOf } from './logging/passwords-of.ts'
import { createRedaction } from './logging/redact.ts'
import { archivesIn } from './storage/vfs/archives.ts'

// The only place that knows of the process: its arguments, its environment, its signals and its end.

/** What asks a program to end; SIGHUP comes when its terminal is closed. Unheard, they would leave the database running. */
const endings = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const asked = parseCommandLine(process.argv.slice(2), version)
const { command, flags } = asked

let config: Config
try {
  config = loadConfig({ ...process.env, ...flags }, process.cwd(), { listens: command === 'serve' })
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  const problems = error.problems.map((line) => `  ${createRedaction()(line)}\n`)
  process.stderr.write(`snapshot-gateway cannot start:\n${problems.join('')}`)
  process.exit(1)
}

// On stdout is what was asked for: of a command that answers, not its log.
const answers = command === 'administer' || command === 'seed'
const stream = answers ? process.stderr : process.stdout
const log = createLogger({
  level: config.logLevel,
  terminal: stream.isTTY,
  destination: stream.fd,
  secrets: passwordsOf(config.database.url),
})
process.on('uncaughtException', (error) => {
  log.fatal({ err: error }, 'a fault that nothing has caught; the process ends')
  process.exit(1)
})

try {
  const { dataDir, snapshotsDir } = config.storage
  const place = { ...config.database, dataDir, archives: archivesIn(snapshotsDir) }
  if (asked.command === 'administer') {
    for (const signal of endings) process.on(signal, () => process.exit(1))
    const answer = await administer(asked.run, { database: place, storage: config.storage }, log)
    process.stdout.write(formatAnswer(answer, asked.json))
    if (answer.note !== undefined) process.stderr.write(`${answer.note}\n`)
  } else if (asked.command === 'seed') {
    for (const signal of endings) process.on(signal, () => process.exit(1))
    const { runSeed } = await import('./seed/run-seed.ts')
    process.stdout.write(await runSeed(place, asked.size, { json: asked.json, log }))
  } else if (asked.command === 'migrate') {
    for (const signal of endings) process.on(signal, () => process.exit(1))
    const database = await openDatabase(place, log)
    await migrateDatabase(database.address, { installation: database.installation }).finally(database.close)
    log.info({}, 'the database schema is up to date')
  } else {
    // Of what it once sees outlive a collection, V8 allocates all that follows as old, by chance in one start out of two: the
    // rows of pages then wait for a full collection, and a page takes half as long again (bench/README.md).
    setFlagsFromString('--no-allocation-site-pretenuring')
    // Not before: its libraries take half a second to load, which the other commands can do without.
    const { startGateway } = await import('./gateway.ts')
    const options = { serve: command === 'serve', migrate: asked.migrate, version, log }
    const starting = startGateway(config, options)
    stopOnSignals(starting)
    await starting
  }
} catch (error) {
  if (answers && !isFault(error)) process.stderr.write(`${reasonOf(error).replaceAll(/^/gm, 'error: ')}\n`)
  else {
    log.fatal(isFault(error) ? { err: error } : {}, `snapshot-gateway cannot start: ${reasonOf(error)}`)
    log.debug({ err: error }, 'the start failed here')
  }
  process.exit(1)
}

/** Stops the gateway at the first signal to end; ends at once at the second, or while it is still starting. */
function stopOnSignals(starting: Promise<Gateway>): void {
  let gateway: Gateway | undefined
  let stopping = false
  starting.then(
    (started) => {
      gateway = started
    },
    () => {}, // told by whoever awaits it
  )
  const stop = async (signal: NodeJS.Signals) => {
    if (!gateway || stopping) process.exit(1)
    stopping = true
    log.info({ signal }, 'stopping; the same again ends at once')
    setTimeout(() => {
      log.error({ seconds: config.shutdownTimeout }, 'the stop takes too long; the process ends')
      process.exit(1)
    }, config.shutdownTimeout * 1000)
    try {
      await gateway.close()
      log.info({}, 'stopped')
      process.exit(0)
    } catch (error) {
      log.error({ err: error }, 'the stop failed')
      process.exit(1)
    }
  }
  for (const signal of endings) process.on(signal, stop)
}

/** Whether it is a mistake in the program: whoever mends it needs the stack, which other failures would only hide in. */
function isFault(error: unknown): boolean {
  return [TypeError, RangeError, ReferenceError, SyntaxError].some((fault) => error instanceof fault)
}

/** Of a connection that was tried at several addresses, the error itself has no message. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return reasonOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}
