// Asks and follows as a front end does, with a standard client, and writes what it sees: a JSON array a line.
// node follow.mjs ws|sse ADDRESS TOKEN
import { createClient as overEvents } from 'graphql-sse';
import { createClient as overSocket } from 'graphql-ws';
import WebSocket from 'ws';

const [transport, address, token] = process.argv.slice(2);
const say = (...words) => console.log(JSON.stringify(words));
const soon = () => new Promise((resolve) => setTimeout(resolve, 20));
const patience = { retryAttempts: 500 };
const seen = { cursor: null };

const clients = {
  ws: () =>
    overSocket({
      url: address.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      ...patience,
      retryWait: soon,
      shouldRetry: () => true, // a server that is away refuses, which the client would take for the end
      keepAlive: 1000,
      connectionParams: () => ({ authorization: `Bearer ${token}` }),
      on: {
        connected: (_socket, payload) => say('connected', Object.keys(payload)),
        closed: (event) => say('closed', event.code),
      },
    }),
  sse: () =>
    overEvents({
      url: address,
      ...patience,
      retry: soon,
      headers: () => ({
        authorization: `Bearer ${token}`,
        ...(seen.cursor === null ? {} : { 'last-event-id': seen.cursor }),
      }),
    }),
};

const client = clients[transport]();
const ask = (query) =>
  new Promise((resolve) => {
    const sink = {
      next: (result) => {
        if (result.data?.follow) seen.cursor = result.data.follow;
        say('next', result.data ?? result.errors[0].extensions.code);
      },
      error: (error) => {
        say('error', error[0]?.extensions.code ?? error.code ?? String(error));
        resolve();
      },
      complete: () => {
        say('complete');
        resolve();
      },
    };
    client.subscribe({ query }, sink);
  });

await ask('{ hello }');
await ask('{ unknown }');
await ask('subscription Follow { follow }');
await client.dispose();
