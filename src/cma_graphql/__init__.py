"""The GraphQL API server that UK debt-advice centres run their work on."""
