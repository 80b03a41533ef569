/** What every room may import: it knows nothing of any. */
const common = ['linked-list', 'log', 'paths', 'progress-bar', 'repeat']

/** The rooms and the arrows between them: each line names what a room may import. */
const rooms = {
  config: [],
  database: [],
  storage: [],
  resources: ['database'],
  snapshots: ['events', 'resources', 'database'],
  volumes: ['resources', 'database', 'storage'],
  backups: ['events', 'resources', 'database'],
  auth: ['resources', 'database'],
  accounts: ['volumes', 'resources', 'database', 'storage'],
  administration: ['accounts', 'auth', 'resources', 'database', 'storage'],
  seed: ['resources/ids', 'database'],
  events: ['resources', 'database'],
  worker: ['events', 'resources', 'snapshots', 'volumes', 'backups', 'database', 'storage'],
  graphql: ['events', 'resources', 'snapshots', 'volumes', 'backups', 'database', 'storage'],
  http: [
    'graphql',
    'events',
    'auth',
    'accounts',
    'snapshots',
    'volumes',
    'backups',
    'resources',
    'database',
    'storage/uris',
  ],
  metrics: ['resources', 'database', 'worker', 'http', 'graphql'],
  logging: [],
  client: [],
  demo: ['client'],
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Arrows point one way.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `arrows-of-${room}`,
      comment: `${room} may import ${allowed.join(', ') || 'no other room'}.`,
      severity: 'error',
      from: { path: `^src/${room}(/|\\.ts$)` },
      to: { path: '^src/', pathNot: [room, ...common, ...allowed].map((name) => `^src/${name}(/|\\.ts$)`) },
    })),
    {
      name: 'no-development-packages',
      comment: 'What the gateway imports is installed with it.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'client-runs-anywhere',
      comment: 'Whoever imports the client, be it into a page, gets nothing with it.',
      severity: 'error',
      from: { path: '^src/client/' },
      to: { pathNot: '^src/client/' },
    },
    {
      name: 'graphql-states-no-sql',
      comment: 'What is asked of the database is the business of the rooms below.',
      severity: 'error',
      from: { path: '^src/(graphql|http)/' },
      to: { path: 'node_modules/(drizzle-orm|postgres)/' },
    },
    {
      name: 'embedded-database-stands-alone',
      comment:
        'The embedded server is a room in a room: it starts Postgres. What it must know of the archives it is told.',
      severity: 'error',
      from: { path: '^src/database/embedded/' },
      to: { path: '^src/', pathNot: '^src/database/embedded/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
}
