"""Documents: what is held on paper or screen about a case, and who may read it."""
