import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { createInstallation, type Installation } from '../support/crash/installation.ts'
import { matrixDocument, matrixSection, sectionsOf } from '../support/crash/matrix-document.ts'
import { operations } from '../support/crash/operations.ts'
import { type Found, listSteps, runCase, runEmbeddedCase } from '../support/crash/run-case.ts'
import { listStartSteps, runStartCase } from '../support/crash/run-start.ts'
import { type Point, pointsOf } from '../support/crash/steps.ts'
import { createTestDatabases } from '../support/database.ts'

/** Installations on which cases run side by side. */
const parallel = 3
const nextDatabase = await createTestDatabases(parallel * (operations.length + 1))

const file = new URL('../../docs/crash-matrix.md', import.meta.url)
const titles = [
  ...operations.map(({ title }) => title),
  'A first start, which marks the roots',
  'With the embedded database, which is killed too',
]
const [ofStart = '', ofEmbedded = ''] = titles.slice(-2)
const written = sectionsOf(readFileSync(file, 'utf8'))
const writes = process.env.CRASH_MATRIX === 'write'

/** Compares what was found with the document, or writes it there. */
function compare(title: string, found: readonly Found[]) {
  const section = matrixSection(title, found)
  if (writes) written.set(title, section)
  else expect(section).toBe(written.get(title))
}

afterAll(() => {
  if (writes) writeFileSync(file, matrixDocument(titles.map((title) => written.get(title) ?? '')))
})

/** Runs a case at each point of the steps, in the order of the steps, as far as several installations allow. */
async function runAll(
  list: (at: Installation) => Promise<string[]>,
  run: (at: Installation, point: Point) => Promise<Found>,
): Promise<Found[]> {
  const installations = await Promise.all(
    Array.from({ length: parallel }, () => createInstallation(nextDatabase().address)),
  )
  const [first] = installations
  if (!first) throw new Error('there is no installation')
  const points = [...(await list(first)).flatMap(pointsOf).entries()]
  const found: Found[] = []
  const failures: Error[] = []
  await Promise.all(
    installations.map(async (at) => {
      for (let next = points.shift(); next && failures.length === 0; next = points.shift()) {
        const [index, point] = next
        await run(at, point).then(
          (result) => {
            found[index] = result
          },
          (cause: Error) => {
            failures.push(new Error(`killed ${point.when} ${point.step}: ${cause.message}`, { cause }))
          },
        )
      }
    }),
  )
  if (failures[0]) throw failures[0]
  return found
}

describe('killed at every step and started again, everything reaches its end:', () => {
  it.each(operations)('$title', async (operation) => {
    const found = await runAll(
      (at) => listSteps(at, operation),
      (at, point) => runCase(at, operation, point),
    )
    compare(operation.title, found)
  })

  it(ofStart, async () => compare(ofStart, await runAll(listStartSteps, runStartCase)))

  it(ofEmbedded, async () => {
    const cases: [title: string, point: Point][] = [
      ['createSnapshot', { step: 'write temporary archive', when: 'in the middle' }],
      ['backupSnapshot', { step: 'publish copy', when: 'after' }],
      ['removeSnapshot of one that is created', { step: 'delete archive', when: 'after' }],
    ]
    const found = cases.map(async ([title, point]) => {
      const operation = operations.find((operation) => operation.title === title)
      if (!operation) throw new Error(`there is no operation ${title}`)
      return runEmbeddedCase(await createInstallation('embedded'), operation, point)
    })
    compare(ofEmbedded, await Promise.all(found))
  })

  it('and docs/crash-matrix.md has that and nothing else', () => {
    if (writes) return
    expect(readFileSync(file, 'utf8')).toBe(matrixDocument(titles.map((title) => written.get(title) ?? '')))
  })
})
