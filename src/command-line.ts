import { Command, Option } from 'commander'
import type { AdministrationCommand } from './administration/administer.ts'
import { declareAdministration } from './administration/declare-commands.ts'
import { type VariableName, variables } from './config/variables.ts'
import { declareSeed } from './seed/declare-seed.ts'
import type { Size } from './seed/size.ts'

/** What the program was called to do. */
export type CommandLine = {
  /** Variables given as flags: they beat the environment. */
  flags: Partial<Record<VariableName, string>>
} & (
  | {
      command: 'serve' | 'worker' | 'migrate'
      /** False with --no-migrate. */
      migrate: boolean
    }
  | (Answering & {
      /** Whether to answer in JSON. */
      json: boolean
    })
)

/** A command that answers on stdout, and ends. */
type Answering = { command: 'administer'; run: AdministrationCommand } | { command: 'seed'; size: Size }

/** The variables that a command has flags for. */
const serving = Object.keys(variables) as VariableName[]
/** A worker has HOST and ALLOWED_HOSTS for its METRICS_PORT. */
const ofServeAlone: VariableName[] = [
  'PORT',
  'WORKER',
  'AUTH',
  'JWT_JWKS',
  'JWT_ISSUER',
  'JWT_AUDIENCE',
  'CORS_ORIGINS',
  'TRUSTED_PROXIES',
  'RATE_LIMIT',
  'MAX_BODY',
  'REQUEST_TIMEOUT',
  'MAX_TOKENS',
  'MAX_DEPTH',
  'MAX_ALIASES',
  'MAX_DIRECTIVES',
  'MAX_COST',
  'INTROSPECTION',
  'TRUSTED_DOCUMENTS',
]
const working = serving.filter((name) => !ofServeAlone.includes(name))
const migrating: VariableName[] = ['DATABASE_URL', 'DATA_DIR', 'EMBEDDED_USER', 'LOG_LEVEL']
const ofStorage: VariableName[] = ['VOLUMES_DIR', 'BACKUP_TARGET']

/** Parses the arguments after the program's name. Prints help or what is wrong, and ends the process, by itself. */
export function parseCommandLine(args: readonly string[], version: string): CommandLine {
  let parsed: CommandLine | undefined
  const program = new Command('snapshot-gateway')
    .description('A GraphQL gateway that takes, backs up and removes snapshots of volumes.')
    .version(version)
    .showHelpAfterError('(--help tells more)')
    .addHelpText(
      'after',
      `
The settings are options of each command: snapshot-gateway serve --help lists them, with their defaults.
Each is also an environment variable: --data-dir is DATA_DIR. Options win.

Examples:
  snapshot-gateway                                  everything on this machine, in ./data
  snapshot-gateway --port 8080 --data-dir /srv/sg   elsewhere
  snapshot-gateway worker --no-migrate              one more worker on DATABASE_URL
  snapshot-gateway api-key create --account 1a1 --role ADMIN --name first
                                                    the first key of AUTH=keys`,
    )
  const add = (
    command: 'serve' | 'worker' | 'migrate',
    description: string,
    names: readonly VariableName[],
    isDefault = false,
  ) => {
    const sub = program.command(command, { isDefault }).description(description)
    for (const name of names) sub.addOption(flag(name))
    if (command !== 'migrate')
      sub.option(
        '--no-migrate',
        'Wait for the schema instead of bringing it up to date: you run migrate apart.',
      )
    sub.action(({ migrate = true, ...values }: { migrate?: boolean } & Record<string, string>) => {
      parsed = { command, flags: flagsOf(names, values), migrate }
    })
  }
  add('serve', 'Answer requests, and do the work too unless WORKER=off (the default command).', serving, true)
  add('worker', 'Only do the work: take, back up and remove what gateways have accepted.', working)
  add('migrate', 'Bring the database schema up to date, and end.', migrating)
  const addAnswering = (
    sub: Command,
    names: readonly VariableName[],
    asked: (values: Record<string, string>, args: string[]) => Answering,
  ) => {
    sub.option('--json', 'Answer in JSON, for scripts.').optionsGroup('Settings:')
    for (const name of names) sub.addOption(flag(name))
    sub.action(() => {
      const { json = false, ...values } = sub.opts<{ json?: boolean } & Record<string, string>>()
      parsed = { ...asked(values, sub.args), flags: flagsOf(names, values), json }
    })
  }
  const { command: seed, sizeOf } = declareSeed(program)
  addAnswering(seed, migrating, () => ({ command: 'seed', size: sizeOf() }))
  for (const { command: sub, readsStorage, make } of declareAdministration(program)) {
    const names = readsStorage ? [...migrating, ...ofStorage] : migrating
    addAnswering(sub, names, (values, args) => ({ command: 'administer', run: make(values, args) }))
  }
  const [first] = args
  // Commander would take it for an argument of the default command.
  if (first !== undefined && !first.startsWith('-') && !isCommand(program, first))
    program.error(`error: unknown command '${first}'`)
  program.parse([...args], { from: 'user' })
  if (!parsed) throw new Error('unreachable: a command runs, or the program ends')
  return parsed
}

function flagsOf(
  names: readonly VariableName[],
  values: Readonly<Record<string, string>>,
): CommandLine['flags'] {
  return Object.fromEntries(names.flatMap((name) => (name in values ? [[name, values[name]]] : [])))
}

function isCommand(program: Command, name: string): boolean {
  return name === 'help' || program.commands.some((command) => command.name() === name)
}

function flag(name: VariableName): Option {
  const { meaning, default: value } = variables[name]
  const long = `--${name.toLowerCase().replaceAll('_', '-')} <value>`
  const plain = meaning.replaceAll('`', '') // of the README's table
  const option = new Option(long, value === undefined ? plain : `${plain} (default: ${value})`)
  option.attributeName = () => name
  return option
}
