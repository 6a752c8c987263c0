"""Keys: where they come from, and how they are kept out of all output.

`source` reads a key, `secret` wraps it, `echo` removes it from a provider's texts.
"""
