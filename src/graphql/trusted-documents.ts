import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, parse as parsePath } from 'node:path'
import { type DocumentRules, problemsOfDocument } from './problems-of-document.ts'

/** The only documents that are accepted. */
export interface TrustedDocuments {
  /** The document of an id: the name of its file, its id in persisted-documents.json, or its SHA-256. */
  textOf(id: string): string | undefined
  /** An id of a document that was sent whole; undefined for none of them. Blanks around it do not matter. */
  idOf(text: string): string | undefined
}

/** What GraphQL Code Generator's client preset writes: documents by their ids. */
const manifestName = 'persisted-documents.json'

/**
 * Reads the trusted documents of a folder: `*.graphql` and `*.gql`, and persisted-documents.json. Rejects with every
 * problem, each under the name of its file: one that the schema or the limits refuse is none that can be trusted.
 */
export async function loadTrustedDocuments(folder: string, rules: DocumentRules): Promise<TrustedDocuments> {
  const texts = new Map<string, string>()
  const problems: string[] = []
  const add = (id: string, text: string, where: string) => {
    problems.push(...problemsOfDocument(text, rules).map((problem) => `${where}: ${problem}`))
    for (const each of [id, sha256(text), sha256(text.trim())]) {
      const other = texts.get(each)
      if (other !== undefined && other.trim() !== text.trim())
        problems.push(`${where}: another document has the id ${each} too`)
      texts.set(each, text)
    }
  }

  for (const name of await namesIn(folder)) {
    const content = await readFile(join(folder, name), 'utf8')
    if (name !== manifestName) add(parsePath(name).name, content, name)
    else for (const [id, text] of documentsOf(content, problems)) add(id, text, `${manifestName}, ${id}`)
  }
  if (texts.size === 0) problems.push(`it has no documents: no *.graphql, *.gql or ${manifestName}`)
  if (problems.length > 0)
    throw new Error([`TRUSTED_DOCUMENTS=${folder} cannot be used:`, ...problems].join('\n  '))
  const ids = new Map([...texts].map(([id, text]) => [text.trim(), id]))
  return { textOf: (id) => texts.get(id), idOf: (text) => ids.get(text.trim()) }
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`TRUSTED_DOCUMENTS=${folder} cannot be read: ${error.code}`, { cause: error })
  })
  return names.filter((name) => /\.(graphql|gql)$/.test(name) || name === manifestName).sort()
}

function documentsOf(content: string, problems: string[]): [string, string][] {
  let manifest: unknown
  try {
    manifest = JSON.parse(content)
  } catch {} // told with the rest
  const entries =
    typeof manifest === 'object' && manifest !== null && !Array.isArray(manifest)
      ? Object.entries(manifest)
      : []
  if (entries.length > 0 && entries.every(([, text]) => typeof text === 'string')) return entries
  problems.push(`${manifestName}: it must be a JSON object of documents by their ids`)
  return []
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
