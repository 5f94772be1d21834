// What Mercurius and Yoga share in the measuring of live updates: the schema, and how an event gets to them.

export const typeDefs = `
  type Case { id: ID! caseNumber: String! title: String! status: String! priority: String! }
  type CaseEvent { name: String! occurredAt: String! case: Case! }
  type Query { hello: String }
  type Subscription { caseEvents: CaseEvent! }
`

/** Read an event from a request, publish it, and answer. */
export function announced(request, response, publish) {
  const parts = []
  request.on('data', (part) => parts.push(part))
  request.on('end', () => {
    publish(JSON.parse(Buffer.concat(parts)))
    response.writeHead(204).end()
  })
}
