import type { FastifyInstance } from 'fastify'
import { exampleTabs } from './graphiql-tabs.ts'

const folder = '/graphql/assets'

/**
 * GraphiQL where a browser opens /graphql. Its scripts come out of the gateway's own dependencies, each as a file of
 * its own: no other host is asked, and no script stands in the page.
 */
export function serveGraphiql(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.url !== '/graphql' || !reads.has(request.method)) return done()
    // CORS has put Origin there.
    reply.header('vary', [reply.getHeader('vary'), 'accept'].filter(Boolean).join(', '))
    // Also where the URL has a query, as GraphiQL writes it there: it is one to show, as on a reload.
    if (!request.headers.accept?.includes('text/html')) return done()
    reply.type('text/html; charset=utf-8').header('content-security-policy', contentSecurityPolicy).send(page)
  })
  app.get<{ Params: { name: string } }>(`${folder}/:name`, open, async (request, reply) => {
    const asset = (await assets()).get(request.params.name)
    if (!asset) return reply.callNotFound()
    return reply.type(asset.type).header('cache-control', 'public, max-age=3600').send(asset.content)
  })
}

const reads = new Set(['GET', 'HEAD'])
const open = { config: { open: true } }

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>snapshot-gateway</title>
    <link rel="icon" href="${folder}/icon" />
    <link rel="stylesheet" href="${folder}/graphiql.css" />
    <link rel="stylesheet" href="${folder}/page.css" />
  </head>
  <body class="no-focus-outline">
    <noscript>GraphiQL needs JavaScript; the API itself does not: POST /graphql.</noscript>
    <div id="root">Loading…</div>
    <script src="${folder}/graphiql.js"></script>
    <script src="${folder}/start.js"></script>
  </body>
</html>
`

// Seen in Chromium: with less than this GraphiQL has no look, icons or letters. Its editor writes styles into the page,
// so that they cannot be kept to files; scripts are.
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  'font-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join(';')

interface Asset {
  type: string
  content: Buffer
}

let loaded: Promise<Map<string, Asset>> | undefined

/** Read when the first browser comes: they are 9 MB, and most gateways serve none. */
function assets(): Promise<Map<string, Asset>> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<Map<string, Asset>> {
  const { css, editorWorkerService, favicon, graphqlWorker, js, jsonWorker } = await import(
    '@graphql-yoga/render-graphiql/graphiql'
  )
  // As bytes, so that however many are sent at a time are one copy.
  const text = (type: string, content: string): Asset => ({
    type: `text/${type}; charset=utf-8`,
    content: Buffer.from(content),
  })
  const script = (content: string) => text('javascript', content)
  const [, iconType = '', iconData = ''] = /^data:([^;]+);base64,(.*)$/s.exec(favicon) ?? []
  return new Map<string, Asset>([
    ['graphiql.js', script(js)],
    ['graphiql.css', text('css', css)],
    ['page.css', text('css', pageStyle)],
    ['icon', { type: iconType, content: Buffer.from(iconData, 'base64') }],
    ['editor.worker.js', script(editorWorkerService)],
    ['json.worker.js', script(jsonWorker)],
    ['graphql.worker.js', script(graphqlWorker)],
    ['start.js', script(start)],
  ])
}

// Its name would take the place of a tab, and break over two lines; the window's title has it.
const narrowLogo = `.graphiql-logo span { display: none; }
.graphiql-logo { padding: 0; }
`

// GraphiQL 5.2 leaves tabs that are there from the start shifted by what they moved while it was starting. It shows
// when the mouse goes down on one: the tab jumps away from under it, and the click is lost.
const pageStyle = `.graphiql-tabs .graphiql-tab { transform: none !important; }
${narrowLogo}`

const start = `self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_, label) => '${folder}/' + (label === 'editorWorkerService' ? 'editor' : label) + '.worker.js',
}
YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#root'), {
  endpoint: '/graphql',
  title: 'snapshot-gateway',
  shouldPersistHeaders: false,
  defaultTabs: ${JSON.stringify(exampleTabs, null, 2)},
  defaultQuery: ${JSON.stringify(exampleTabs[0]?.query)},
})
`
