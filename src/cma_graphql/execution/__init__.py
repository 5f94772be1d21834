"""How selected fields become values: batched resolvers; knows GraphQL, knows no debts."""
