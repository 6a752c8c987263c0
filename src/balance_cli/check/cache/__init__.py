"""Readings that a check keeps for the next ones: amounts and plans, never keys, failures or verdicts.

A file per profile in the user's cache folder. Its name is a keyed hash of everything in the profile that decides the
answer. What cannot be read, is not only the user's own, or was made by another version, is as good as missing.
"""
