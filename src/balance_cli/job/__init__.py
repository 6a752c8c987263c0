"""A job with a brake: a command that is stopped when a balance runs low.

`spending` and `brake` decide from readings alone. `keeper` runs the job in a process of its own, `handle` talks to it,
`looks` reads balances meanwhile, and `outcome` describes how it went.
"""
