"""A check: profiles go in, verdicts come out, and nothing is printed.

`many` asks all profiles at once, `one` takes one of them from its key to its verdict, and `judge` holds balances
against what a user wants.
"""
