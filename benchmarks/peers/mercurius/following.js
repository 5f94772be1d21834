// Mercurius as its documentation has it for subscriptions: its own publish and subscribe, in the process.

import fastify from 'fastify'
import mercurius from 'mercurius'

import { typeDefs } from '../events.js'

const app = fastify()
app.register(mercurius, {
  schema: typeDefs,
  resolvers: {
    Subscription: { caseEvents: { subscribe: (_, __, { pubsub }) => pubsub.subscribe('event') } },
  },
  subscription: { fullWsTransport: false },
  jit: 1,
})
app.post('/announce', async (request, reply) => {
  await app.graphql.pubsub.publish({ topic: 'event', payload: { caseEvents: request.body } })
  return reply.code(204).send()
})
await app.listen({ host: '127.0.0.1', port: Number(process.env.BENCH_PORT) })
