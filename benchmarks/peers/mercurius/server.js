// Mercurius as a competent user of it would write it: its just-in-time compiler, its loaders, prepared statements.

import { readFileSync } from 'node:fs'
import fastify from 'fastify'
import { GraphQLScalarType } from 'graphql'
import mercurius from 'mercurius'
import pg from 'pg'

import { aligned, connect, grouped } from '../rows.js'

const rows = connect(pg)
const plain = (name) => new GraphQLScalarType({ name })
const unique = (keys) => [...new Set(keys)]
const UNCACHED = { cache: false }  // a request's answers are its own; batching is what the loaders are for

const resolvers = {
  Date: plain('Date'),
  DateTime: new GraphQLScalarType({ name: 'DateTime', serialize: (value) => value.toISOString() }),
  Money: plain('Money'),
  Query: {
    case: async (_, { id }, { transaction }) => (await transaction.run('case', id))[0] ?? null,
    cases: (_, { status, first }, { transaction }) => transaction.run('cases', status, first),
  },
  Mutation: {
    caseSetPriority: async (_, { id, priority }, { transaction }) =>
      (await transaction.run('setPriority', id, priority))[0] ?? null,
  },
}

/** A loader of one row a case, by a key of the case. */
const one = (statement, column) => ({
  loader: async (queries, { transaction }) => {
    const keys = queries.map(({ obj }) => obj[column])
    return aligned(keys, await transaction.run(statement, unique(keys.filter((key) => key !== null))))
  },
  opts: UNCACHED,
})

const loaders = {
  Case: {
    client: one('clients', 'clientId'),
    advisor: one('advisors', 'advisorId'),
    debts: {
      loader: async (queries, { transaction }) => {
        const keys = queries.map(({ obj }) => obj.id)
        return grouped(keys, await transaction.run('debts', keys))
      },
      opts: UNCACHED,
    },
    currentBudget: {
      loader: async (queries, { transaction }) => {
        const keys = queries.map(({ obj }) => obj.id)
        return aligned(keys, await transaction.run('budgets', keys), 'caseId')
      },
      opts: UNCACHED,
    },
    documents: {
      loader: async (queries, { transaction }) => {
        const keys = queries.map(({ obj }) => obj.id)
        return grouped(keys, await transaction.run('documents', keys, queries[0].params.first))
      },
      opts: UNCACHED,
    },
  },
}

const app = fastify()
app.register(mercurius, {
  schema: readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'),
  resolvers,
  loaders,
  jit: 1,
  context: (request) => ({ centre: request.headers['x-centre'] }),
})
await app.ready()
app.graphql.addHook('preExecution', async (_schema, document, context) => {
  const writes = document.definitions.some(({ operation }) => operation === 'mutation')
  context.transaction = writes ? rows.writing(context.centre) : rows.reading(context.centre)
})
app.graphql.addHook('onResolution', async (execution, { transaction }) => {
  await transaction?.end(execution.errors?.length ? 'ROLLBACK' : 'COMMIT')
})
await app.listen({ host: '127.0.0.1', port: Number(process.env.BENCH_PORT) })
