"""Who is there to work on cases: what advisors can do, when they work, when they are away and who covers for them."""
