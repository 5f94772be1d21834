"""The GraphQL schema: the only floor where types, queries and mutations are declared."""
