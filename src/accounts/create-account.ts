import { AccountScope } from '../database/account-scope.ts'
import { firstAccount } from '../database/first-account.ts'
import type { Handle } from '../database/handle.ts'
import { type AccountRow, account } from '../database/tables.ts'
import { pathsOverlap } from '../paths.ts'
import { type InputProblem, inputProblem, throwProblems } from '../resources/errors.ts'
import { formatId } from '../resources/ids.ts'
import { textProblems } from '../resources/text-rules.ts'
import { volumePathProblem } from '../storage/volume-path.ts'
import { nearVolume } from '../volumes/near-volume.ts'
import { listAccounts } from './list-accounts.ts'

interface CreateAccount {
  name: string
  /** Relative to VOLUMES_DIR, strictly below it. It never changes. */
  volumesRoot: string
}

/**
 * Makes an account. Its volumes are below a root of their own, apart from those of other accounts and from the volumes
 * that account 1 has in VOLUMES_DIR itself. `whyUnfit` asks the storage. Throws InvalidInput with every problem.
 */
export async function createAccount(
  handle: Handle,
  { name, volumesRoot }: CreateAccount,
  whyUnfit: (root: string) => Promise<string | null>,
): Promise<AccountRow> {
  const lexical = rootProblem(volumesRoot)
  const unfit = lexical ?? (await whyUnfit(volumesRoot))
  return handle.transaction(async (tx) => {
    // Volumes of account 1 and other accounts are made under the same lock: they see this root, or it sees them.
    const first = new AccountScope(tx, firstAccount)
    await first.lockAccount()
    const others = await listAccounts(tx.drizzle)
    const problems = textProblems('name', name)
    const namesake = others.find((other) => other.name === name)
    if (namesake)
      problems.push(inputProblem('name', 'NOT_UNIQUE', `name is that of account ${idOf(namesake)} already`))
    if (unfit !== null) problems.push(ofRoot('INVALID_FORMAT', unfit))
    if (lexical === null) {
      const neighbour = others.find(
        (other) => other.volumesRoot !== '' && pathsOverlap(other.volumesRoot, volumesRoot),
      )
      if (neighbour)
        problems.push(
          ofRoot(
            'NOT_UNIQUE',
            `must not be the same as, inside or around the root of account ${idOf(neighbour)}, ${neighbour.volumesRoot}`,
          ),
        )
      const volume = await nearVolume(first, volumesRoot)
      if (volume)
        problems.push(
          ofRoot(
            'NOT_UNIQUE',
            `must not be the same as, inside or around volume ${formatId('volume', volume.id)} of account ${formatId('account', firstAccount)}, ${volume.path}`,
          ),
        )
    }
    throwProblems(problems)
    const [row] = await tx.drizzle.insert(account).values({ name, volumesRoot }).returning()
    if (!row) throw new Error('inserting an account returned no row')
    return row
  })
}

function idOf({ id }: AccountRow): string {
  return formatId('account', id)
}

function ofRoot(code: InputProblem['code'], message: string): InputProblem {
  return inputProblem('volumesRoot', code, `volumes root: ${message}`)
}

/** What is wrong with the text alone. */
function rootProblem(root: string): string | null {
  if (root.startsWith('/')) return 'must be relative to VOLUMES_DIR'
  if (/\p{Cc}|\p{Surrogate}/u.test(root)) return 'must not contain control characters'
  return volumePathProblem(root)
}
