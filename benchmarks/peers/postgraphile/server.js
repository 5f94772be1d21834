// PostGraphile 5 over the product's own tables: its default preset, lists of columns without an index allowed,
// the centre set for each transaction by its own means (pgSettings).

import { createServer } from 'node:http'
import { grafserv } from 'postgraphile/grafserv/node'
import { makePgService } from 'postgraphile/adaptors/pg'
import { postgraphile } from 'postgraphile'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  // every index begins with the centre, so the plugin would let nothing else be asked for
  disablePlugins: ['PgIndexBehaviorsPlugin'],
  pgServices: [
    makePgService({
      connectionString: `postgresql:///${process.env.PGDATABASE}`,
      schemas: ['public'],
      pubsub: false,
      poolConfig: {
        host: process.env.PGHOST,
        user: process.env.PGUSER,
        max: Number(process.env.BENCH_POOL),
      },
    }),
  ],
  grafserv: { graphiql: false, watch: false },
  grafast: {
    context: ({ node }) => {
      const centre = node?.req.headers['x-centre']
      if (!UUID.test(centre)) throw new Error('no centre')
      return { pgSettings: { 'app.centre_id': centre } }
    },
  },
})

const server = createServer()
const served = instance.createServ(grafserv)
await served.addTo(server)
if (process.env.BENCH_PRINT_SCHEMA) {
  const { printSchema } = await import('graphql')
  console.log(printSchema(await instance.getSchema()))
}
server.listen(Number(process.env.BENCH_PORT), '127.0.0.1')
