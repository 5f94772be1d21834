// Asks and follows as a front end does, with a standard client, and writes what it sees: a JSON array a line.
// node follow.mjs ws|sse|apollo|urql ADDRESS TOKEN
import { ApolloClient, CombinedGraphQLErrors, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient as createUrql, subscriptionExchange } from '@urql/core';
import { createClient as overEvents } from 'graphql-sse';
import { createClient as overSocket } from 'graphql-ws';
import WebSocket from 'ws';

// As browsers have it: one message a task. Else graphql-ws counts a query that its caller ended, and the server, twice.
class Socket extends WebSocket {
  constructor(url, protocols) {
    super(url, protocols, { allowSynchronousEvents: false });
  }
}
globalThis.WebSocket ??= Socket; // Apollo's link asks for it; Node has one from version 22 on

const [which, address, firstToken] = process.argv.slice(2);
const say = (...words) => console.log(JSON.stringify(words));
const soon = () => new Promise((resolve) => setTimeout(resolve, 20));
const patience = { retryAttempts: 500 };
const seen = { cursor: null, tokens: 0 };

// What a front end does when a connection needs a token: each is another than the last.
const freshToken = () => `${firstToken}-${(seen.tokens += 1)}`;

const socket = () =>
  overSocket({
    url: address.replace('http', 'ws'),
    webSocketImpl: Socket,
    ...patience,
    retryWait: soon,
    shouldRetry: () => true, // a server that is away refuses, which the client would take for the end
    keepAlive: 1000,
    lazyCloseTimeout: 200,
    connectionParams: () => ({ authorization: `Bearer ${freshToken()}` }),
    on: {
      connected: (_socket, payload) => say('connected', Object.keys(payload)),
      closed: (event) => say('closed', event.code),
    },
  });

// Has a subscription that the client takes up again begin after the last cursor that came.
const resuming = (client) => ({
  ...client,
  subscribe(payload, sink) {
    const current = { ...payload, variables: { ...payload.variables } };
    const next = (result) => {
      if (result.data?.follow) current.variables.after = result.data.follow;
      sink.next(result);
    };
    return client.subscribe(current, { ...sink, next });
  },
});

const codeOf = (error) => error?.extensions?.code ?? error?.code ?? String(error);
const told = { value: (data) => say('next', data), error: (error) => say('error', codeOf(error)) };

// The sink that graphql-ws and graphql-sse take, and the promise that it has come to its end.
const sunk = (subscribe) =>
  new Promise((resolve) => {
    subscribe({
      next: (result) => {
        if (result.data?.follow) seen.cursor = result.data.follow;
        say('next', result.data ?? result.errors[0].extensions.code);
      },
      error: (error) => {
        told.error(Array.isArray(error) ? error[0] : error);
        resolve();
      },
      complete: () => {
        say('complete');
        resolve();
      },
    });
  });

const clients = {
  ws: () => {
    const client = resuming(socket());
    return {
      ask: (query, variables) => sunk((sink) => client.subscribe({ query, variables }, sink)),
      end: () => client.dispose(),
    };
  },
  sse: () => {
    const client = overEvents({
      url: address,
      ...patience,
      retry: soon,
      headers: () => ({
        authorization: `Bearer ${freshToken()}`,
        ...(seen.cursor === null ? {} : { 'last-event-id': seen.cursor }),
      }),
    });
    return {
      ask: (query, variables) => sunk((sink) => client.subscribe({ query, variables }, sink)),
      end: () => client.dispose(),
    };
  },
  apollo: () => {
    const connection = resuming(socket());
    const client = new ApolloClient({ link: new GraphQLWsLink(connection), cache: new InMemoryCache() });
    const first = (error) => (CombinedGraphQLErrors.is(error) ? error.errors[0] : error);
    const asked = async (query) => {
      try {
        told.value((await client.query({ query, fetchPolicy: 'no-cache' })).data);
        say('complete');
      } catch (error) {
        told.error(first(error));
      }
    };
    const followed = (query, variables) =>
      new Promise((resolve) => {
        client.subscribe({ query, variables }).subscribe({
          next: ({ data, error }) => (error ? told.error(first(error)) : told.value(data)),
          complete: () => {
            say('complete');
            resolve();
          },
        });
      });
    return {
      ask: (query, variables) => (query.startsWith('subscription') ? followed : asked)(gql(query), variables),
      end: () => {
        client.stop();
        return connection.dispose();
      },
    };
  },
  urql: () => {
    const connection = resuming(socket());
    const client = createUrql({
      url: address,
      exchanges: [
        subscriptionExchange({
          enableAllOperations: true,
          forwardSubscription: (request) => ({
            subscribe: (sink) => ({ unsubscribe: connection.subscribe(request, sink) }),
          }),
        }),
      ],
    });
    const tell = ({ data, error }) => (error ? told.error(error.graphQLErrors[0] ?? error) : told.value(data));
    const asked = async (query) => {
      const result = await client.query(query, {}, { requestPolicy: 'network-only' }).toPromise();
      tell(result);
      if (!result.error) say('complete');
    };
    const followed = (query, variables) =>
      new Promise((resolve) => {
        client.subscription(query, variables).subscribe((result) => {
          if (result.hasNext || result.error) tell(result);
          if (result.hasNext) return;
          say('complete'); // with the last answer once more
          resolve();
        });
      });
    return {
      ask: (query, variables) => (query.startsWith('subscription') ? followed : asked)(query, variables),
      end: () => connection.dispose(),
    };
  },
};

const client = clients[which]();
await client.ask('{ hello }', {});
await client.ask('{ unknown }', {});
await client.ask('subscription Follow($after: String) { follow(after: $after) }', {});
await client.end();
