"""What advice came to: a ledger of each case's outcomes and the money in them."""
