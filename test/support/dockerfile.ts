import { cpSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'

/** One instruction of a Dockerfile; comments are gone, continued lines are one. */
export interface Instruction {
  name: string
  text: string
}

/** The stages of a Dockerfile, each from its FROM on. Throws where it is none. */
export function readDockerfile(path: string): Instruction[][] {
  const lines = readFileSync(path, 'utf8')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
  const stages: Instruction[][] = []
  for (const line of lines) {
    const [, name, text] = /^\s*([A-Z]+)\s+(.*)$/.exec(line) ?? []
    if (name === undefined || text === undefined) throw new Error(`no instruction: ${line}`)
    if (name === 'FROM') stages.push([])
    stages.at(-1)?.push({ name, text })
  }
  return stages
}

/** What the build context of a checkout holds: the names that .dockerignore lets through. */
export function contextNames(ignoreFile: string): string[] {
  const lines = readFileSync(ignoreFile, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  if (lines.shift() !== '*') throw new Error('the first rule ignores everything')
  return lines.map((line) => {
    if (!line.startsWith('!')) throw new Error(`this rule ignores: ${line}`)
    return line.slice(1)
  })
}

/**
 * Copies as COPY does: several sources into a folder, one folder as its contents. What comes from another stage, which
 * is of no more use, is moved: it is a hundred megabytes.
 */
export function copy(text: string, from: string, to: string): void {
  const take = text.startsWith('--from=')
    ? renameSync
    : (source: string, at: string) => cpSync(source, at, { recursive: true })
  const paths = text.replace(/^--from=\S+\s+/, '').split(/\s+/)
  const target = paths.pop() ?? ''
  const into = target.endsWith('/') || paths.length > 1
  mkdirSync(to, { recursive: true })
  for (const path of paths) {
    const source = path.replace(/^\/app\//, '')
    take(join(from, source), into ? join(to, target, source) : join(to, target))
  }
}

/** ENV's pairs; values are as they stand, without quotes. */
export function pairs(text: string): Record<string, string> {
  return Object.fromEntries(text.split(/\s+/).map((pair) => pair.split('=', 2) as [string, string]))
}
