"""Connections that stay open: GraphQL over WebSocket and server-sent events, one meaning under both."""
