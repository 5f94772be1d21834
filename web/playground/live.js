/** The page's way to the server for subscriptions: one WebSocket, opened when something is followed. */

const { createClient } = window.graphqlWs;

/** How often, in milliseconds, it is seen to that the socket has a token that goes on: less than the session's margin. */
const LOOK = 5_000;

/**
 * A client of the protocol graphql-transport-ws for the person who is signed in. A token that is about to end is
 * renewed and sent in a `ping`, so that what is followed goes on. A connection that ends is not made again by itself:
 * the page would show nothing of what it missed, so it shows why the connection ended instead.
 */
export function liveClient(endpoint, session) {
  const address = new URL(endpoint, location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  let sent = null;
  let timer = null;

  const renew = async (socket) => {
    const authorization = await session.authorization().catch(() => sent); // the server ends what has ended
    if (authorization !== sent && socket.readyState === WebSocket.OPEN) {
      sent = authorization;
      socket.send(JSON.stringify({ type: "ping", payload: { authorization } }));
    }
  };

  return createClient({
    url: address.href,
    retryAttempts: 0,
    connectionParams: async () => {
      sent = await session.authorization();
      return sent === null ? {} : { authorization: sent };
    },
    on: {
      connected: (socket) => {
        timer = setInterval(renew, LOOK, socket);
      },
      closed: () => clearInterval(timer),
    },
  });
}

/**
 * A fetcher that goes by what it is given to send. GraphiQL says what kind of operation that is, and under which name,
 * up to 100 ms late: whoever runs at once what they have just opened would send a subscription as a query.
 */
export function byItsText(fetcher, { parse }) {
  return (sent, options) => {
    let documentAST;
    try {
      documentAST = parse(sent.query);
    } catch {
      return fetcher(sent, options); // the server says what is wrong
    }
    const operations = documentAST.definitions.filter(({ kind }) => kind === "OperationDefinition");
    const operationName = operations.length === 1 ? operations[0].name?.value : sent.operationName;
    return fetcher({ ...sent, operationName }, { ...options, documentAST });
  };
}
