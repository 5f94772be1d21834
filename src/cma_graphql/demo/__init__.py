"""A demonstration network: centres, staff, clients and cases, made from a seed number."""
