// Apollo Server as its documentation shows it: standalone, a DataLoader for each relation, made for each request.

import { readFileSync } from 'node:fs'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import DataLoader from 'dataloader'
import { GraphQLScalarType } from 'graphql'
import pg from 'pg'

import { aligned, connect, grouped } from '../rows.js'

const rows = connect(pg)
const plain = (name) => new GraphQLScalarType({ name })

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
  Case: {
    client: ({ clientId }, _, { loaders }) => loaders.client.load(clientId),
    advisor: ({ advisorId }, _, { loaders }) => (advisorId === null ? null : loaders.advisor.load(advisorId)),
    debts: ({ id }, _, { loaders }) => loaders.debts.load(id),
    currentBudget: ({ id }, _, { loaders }) => loaders.budget.load(id),
    documents: ({ id }, { first }, { loaders }) => loaders.documents(first).load(id),
  },
}

/** Make the loaders of one request, all of them reading in its transaction. */
function loadersOf(transaction) {
  const loader = (statement, arrange, ...more) =>
    new DataLoader(async (keys) => arrange(keys, await transaction.run(statement, keys, ...more)))
  const documents = new Map()
  return {
    client: loader('clients', aligned),
    advisor: loader('advisors', aligned),
    debts: loader('debts', grouped),
    budget: loader('budgets', (keys, found) => aligned(keys, found, 'caseId')),
    documents: (first) => {
      if (!documents.has(first)) documents.set(first, loader('documents', grouped, first))
      return documents.get(first)
    },
  }
}

/** Begins the transaction that fits the operation, ends it before the answer goes out. */
const transactions = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ operation, contextValue }) => {
      const { centre } = contextValue
      contextValue.transaction = operation.operation === 'mutation' ? rows.writing(centre) : rows.reading(centre)
      contextValue.loaders = loadersOf(contextValue.transaction)
    },
    willSendResponse: async ({ contextValue, errors }) => {
      await contextValue.transaction?.end(errors?.length ? 'ROLLBACK' : 'COMMIT')
    },
  }),
}

const server = new ApolloServer({
  typeDefs: readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'),
  resolvers,
  plugins: [transactions],
})
await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: Number(process.env.BENCH_PORT) },
  context: async ({ req }) => ({ centre: req.headers['x-centre'] }),
})
