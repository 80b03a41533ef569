import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Role, roles } from '../resources/roles.ts'
import { accountCreate, accountList } from './account-commands.ts'
import type { AdministrationCommand } from './administer.ts'
import { keyCreate, keyList, keyRevoke } from './key-commands.ts'

/** A command of the administration: what it does, whether it looks at the storage, and what it is asked for. */
interface Declared {
  command: Command
  readsStorage: boolean
  make(options: Record<string, string>, args: string[]): AdministrationCommand
}

/** Declares the commands for accounts and their keys, with their help; settings and what runs them are the caller's. */
export function declareAdministration(program: Command): Declared[] {
  const accounts = program.command('account').description('Accounts, each with resources of its own.')
  const keys = program.command('api-key').description('The keys that AUTH=keys lets in.')
  return [
    {
      command: accounts
        .command('create')
        .description('Make an account.')
        .requiredOption('--name <name>', 'A name for people, which no other account has.')
        .requiredOption(
          '--volumes-root <path>',
          'The directory of its volumes, relative to VOLUMES_DIR; apart from those of other accounts. It stays.',
        )
        .addHelpText(
          'after',
          `
The directory is made with the first volume. Run this as the user of the gateway, with its VOLUMES_DIR.

Examples:
  snapshot-gateway account create --name team --volumes-root team
  snapshot-gateway account create --name shop --volumes-root tenants/shop --json`,
        ),
      readsStorage: true,
      make: ({ name = '', volumesRoot = '' }) => accountCreate({ name, volumesRoot }),
    },
    {
      command: accounts
        .command('list')
        .description('List the accounts. One without a volumes root has VOLUMES_DIR itself.'),
      readsStorage: false,
      make: () => accountList(),
    },
    {
      command: keys
        .command('create')
        .description('Make a key. Its secret is shown this once.')
        .requiredOption('--account <id>', 'As whom it acts, such as 1a1.')
        .addOption(roleOption())
        .option('--name <name>', 'A name for people, such as who has it.')
        .addHelpText(
          'after',
          `
VIEWER reads. OPERATOR also creates, updates, backs up and removes snapshots. ADMIN also creates, updates and removes
volumes, and removes backups.

Examples:
  snapshot-gateway api-key create --account 1a1 --role ADMIN --name first
  snapshot-gateway api-key create --account 1a2 --role OPERATOR --name ci --json
  curl -u ACCESSKEY:SECRET http://127.0.0.1:4000/graphql ...`,
        ),
      readsStorage: false,
      make: ({ account = '', role, name }) =>
        keyCreate({ account, role: role as Role, ...(name !== undefined && { name }) }),
    },
    {
      command: keys
        .command('list')
        .description('List the keys, also those that are revoked; never their secrets.')
        .option('--account <id>', 'Those of one account alone, such as 1a1.'),
      readsStorage: false,
      make: ({ account }) => keyList(account === undefined ? {} : { account }),
    },
    {
      command: keys
        .command('revoke')
        .description('Revoke a key for good: from now on, nobody is let in with it.')
        .argument('<access key>', 'Its access key.')
        .addHelpText('after', '\nExample:\n  snapshot-gateway api-key revoke 0123456789ABCDEF0123'),
      readsStorage: false,
      make: (_, [accessKey = '']) => keyRevoke(accessKey),
    },
  ]
}

function roleOption(): Option {
  return new Option('--role <role>', `What it may do: ${roles.join(', ')}.`)
    .makeOptionMandatory()
    .argParser((text) => {
      const role = roles.find((role) => role === text.toUpperCase())
      if (role === undefined) throw new InvalidArgumentError(`It must be one of ${roles.join(', ')}.`)
      return role
    })
}
