"""The playground: GraphiQL with a sign-in, for a browser that opens /graphql."""
