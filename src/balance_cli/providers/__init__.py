"""One file per provider, named by its id; `_name.py` are families of providers, never providers."""
