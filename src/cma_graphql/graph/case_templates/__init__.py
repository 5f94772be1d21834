"""Templates of cases, as the schema shows and changes them."""
