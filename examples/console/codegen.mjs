import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { preset } from '@graphql-codegen/client-preset'
import { codegen } from '@graphql-codegen/core'
import { gqlPluckFromCodeString } from '@graphql-tools/graphql-tag-pluck'
import { buildSchema, isInterfaceType, isUnionType, parse } from 'graphql'

// Writes src/gql from the gateway's schema and from the documents beside the components that show what they ask for.
// It is not committed: each script that needs it makes it. (The usual command line of GraphQL Code Generator does the
// same, with two hundred packages more, of which some want Node 22.)
const out = 'src/gql/'
const sdl = await readFile('../../schema.graphql', 'utf8')
const schema = buildSchema(sdl)

const write = async (path, content) => {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
}

const documents = []
for (const file of await readdir('src', { recursive: true })) {
  if (!/\.tsx?$/.test(file) || file.startsWith('gql')) continue
  const path = join('src', file)
  const sources = await gqlPluckFromCodeString(path, await readFile(path, 'utf8'), {
    globalGqlIdentifierName: ['graphql'],
    skipIndent: true,
  })
  for (const { body } of sources) documents.push({ location: path, document: parse(body), rawSDL: body })
}

const sections = await preset.buildGeneratesSection({
  baseOutputDir: out,
  schema: parse(sdl),
  schemaAst: schema,
  documents,
  config: {
    enumsAsTypes: true,
    useTypeImports: true,
    importExtension: '.ts',
    scalars: { DateTime: 'string', BigInt: 'string', UUID: 'string' },
  },
  presetConfig: { fragmentMasking: { unmaskFunctionName: 'unmask' } },
  plugins: [],
  pluginMap: {},
})
for (const section of sections) await write(section.filename, await codegen(section))

// The cache has to know which types a fragment on an interface or a union speaks of.
const possibleTypes = Object.values(schema.getTypeMap())
  .filter((type) => isInterfaceType(type) || isUnionType(type))
  .map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)])
const json = JSON.stringify(Object.fromEntries(possibleTypes), null, 2)
await write(`${out}possible-types.ts`, `export const possibleTypes = ${json}\n`)
