import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Fails where schema.graphql, the reference, the typed documents or the migrations are not what the code makes of itself.
const scratch = mkdtempSync(join(tmpdir(), 'check-generated-'))
const stale: string[] = []
try {
  execFileSync('tsx', ['codegen.ts', scratch], { stdio: 'inherit' })
  for (const path of ['schema.graphql', 'docs/reference.md', 'src/client/operations.ts'])
    if (readFileSync(join(scratch, path), 'utf8') !== readFileSync(path, 'utf8'))
      stale.push(`${path}: npm run codegen`)

  const migrations = join(scratch, 'drizzle')
  cpSync('drizzle', migrations, { recursive: true })
  const schema = ['--dialect', 'postgresql', '--schema', './src/database/tables.ts', '--out', migrations]
  execFileSync('drizzle-kit', ['generate', ...schema], { stdio: 'pipe' })
  if (readdirSync(migrations).length !== readdirSync('drizzle').length)
    stale.push('drizzle/: npm run migrations')
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
if (stale.length > 0) {
  console.error(`stale:\n  ${stale.join('\n  ')}`)
  process.exit(1)
}
