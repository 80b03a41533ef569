import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { preset } from '@graphql-codegen/client-preset'
import { codegen } from '@graphql-codegen/core'
import { parse, printSchema } from 'graphql'
import { schemaReference } from './scripts/schema-reference.ts'
import { schema } from './src/graphql/schema.ts'

// Writes what is made from the schema: schema.graphql, docs/reference.md, and the typed documents of src/client/. An argument names
// another folder to write below, for the check that what is committed is not stale.
const [, , out = '.'] = process.argv
const documents = 'src/client/operations.graphql'

const write = async (path: string, content: string) => {
  const target = join(out, path)
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, content)
}

await write('schema.graphql', `${printSchema(schema)}\n`)
await write('docs/reference.md', schemaReference(schema))

const rawSDL = await readFile(documents, 'utf8')
const sections = await preset.buildGeneratesSection({
  baseOutputDir: 'src/client/',
  schema: parse(printSchema(schema)),
  schemaAst: schema,
  documents: [{ location: documents, document: parse(rawSDL), rawSDL }],
  config: {
    documentMode: 'string',
    enumsAsTypes: true,
    useTypeImports: true,
    importExtension: '.ts',
    scalars: { DateTime: 'string', BigInt: 'string', UUID: 'string' },
  },
  presetConfig: { fragmentMasking: false },
  plugins: [],
  pluginMap: {},
})
// The documents' types stand alone; the preset's other files look documents up by their text, which nobody needs.
const operations = sections.find((section) => section.filename === 'src/client/graphql.ts')
if (!operations) throw new Error('the client preset made no graphql.ts')
const content = await codegen(operations)
// Whoever installs the client has no package for the type of a document: ours takes the place of the preset's.
const ownType = content
  .replace(
    /import type \{ DocumentTypeDecoration \}.*/,
    "import { TypedDocumentString } from './typed-document.ts'",
  )
  .replace(/export class TypedDocumentString[\s\S]*?\n\}\n/, '')
if (/DocumentTypeDecoration|class TypedDocumentString/.test(ownType))
  throw new Error('the client preset declares the type of its documents in another way')
await write('src/client/operations.ts', `${ownType}\n`)
