"""Keys: where they come from, and how they are kept out of everything that is shown.

`source` reads one from its place, `secret` wraps it, `echo` takes it out of what a provider says.
"""
