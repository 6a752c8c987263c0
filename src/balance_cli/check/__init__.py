"""A check: profiles go in, verdicts come out, and nothing is printed.

`many` checks all profiles at once, `one` takes a single profile from its key to its verdict, and `judge` compares
balances with minimums.
"""
