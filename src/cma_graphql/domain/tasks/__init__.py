"""Tasks and the diary: what is to be done by when, made by hand, by rules and by follow-ups."""
