// GraphQL Yoga as its documentation has it for WebSockets: graphql-ws over ws, its own publish and subscribe.

import { createServer } from 'node:http'
import { createPubSub, createSchema, createYoga } from 'graphql-yoga'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'

import { announced, typeDefs } from '../events.js'

const pubSub = createPubSub()
const yoga = createYoga({
  schema: createSchema({
    typeDefs,
    resolvers: {
      Subscription: { caseEvents: { subscribe: () => pubSub.subscribe('event'), resolve: (event) => event } },
    },
  }),
  logging: false,
  maskedErrors: false,
})

const server = createServer((request, response) => {
  if (request.url !== '/announce') return yoga(request, response)
  announced(request, response, (event) => pubSub.publish('event', event))
})
const sockets = new WebSocketServer({ server, path: yoga.graphqlEndpoint })
useServer(
  {
    execute: (args) => args.rootValue.execute(args),
    subscribe: (args) => args.rootValue.subscribe(args),
    onSubscribe: async (context, _id, params) => {
      const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
        ...context,
        req: context.extra.request,
        socket: context.extra.socket,
        params,
      })
      const args = {
        schema,
        operationName: params.operationName,
        document: parse(params.query),
        variableValues: params.variables,
        contextValue: await contextFactory(),
        rootValue: { execute, subscribe },
      }
      const errors = validate(args.schema, args.document)
      return errors.length ? errors : args
    },
  },
  sockets,
)
server.listen(Number(process.env.BENCH_PORT), '127.0.0.1')
