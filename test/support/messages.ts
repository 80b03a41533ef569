import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const sources = fileURLToPath(new URL('../../src/', import.meta.url))

/** The functions that make a failure of storage of a message, and which of their arguments it is. */
const makers: Record<string, number> = { StorageError: 1, unavailable: 0, failed: 0, damaged: 0, unfit: 0 }
/** What else rows may say, by the names of the constants and functions that say it. */
const others = [
  'waiting',
  'unclaimed',
  'attemptMessage',
  'retryMessage',
  'exhaustedMessage',
  'asStorageError',
]

/**
 * The texts that a row's transitioningMessage may begin with, as the code has them: each up to its first variable
 * part. What only a start tells is not among them.
 */
export function rowMessages(): string[] {
  const found = new Set<string>()
  const folders = ['storage', 'worker', 'resources', 'snapshots']
  for (const folder of folders)
    for (const name of readdirSync(join(sources, folder), { recursive: true }) as string[]) {
      if (!name.endsWith('.ts') || /(prepare-root|start-sweeper)\.ts$/.test(name)) continue
      const path = join(sources, folder, name)
      const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
      visit(file, (text) => found.add(text))
    }
  return [...found].sort()
}

function visit(node: ts.Node, add: (text: string) => void): void {
  if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
    const at = makers[node.expression.getText()]
    const message = at === undefined ? undefined : node.arguments?.[at]
    for (const text of message ? textsOf(message) : []) add(text)
  }
  if (
    (ts.isVariableDeclaration(node) || ts.isFunctionDeclaration(node)) &&
    others.includes(node.name?.getText() ?? '')
  )
    for (const text of textsOf(node)) if (/^(?!case )(.*[A-Za-z]{3} |.*ing$)/s.test(text)) add(text)
  ts.forEachChild(node, (child) => visit(child, add))
}

/** The fixed texts in an expression, of a template what comes before its first variable part. */
function textsOf(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text]
  if (ts.isTemplateExpression(node)) return [node.head.text.trim()].filter((text) => text.length > 3)
  if (ts.isCallExpression(node) && node.arguments.length === 0) return []
  const texts: string[] = []
  ts.forEachChild(node, (child) => {
    texts.push(...textsOf(child))
  })
  return texts
}
