"""The config file: where it is, what it says, and how a profile is added or removed.

`load` finds and reads it, `fields` turns its tables into `profile` values, and `edit` changes its text.
"""
