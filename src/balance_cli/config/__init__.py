"""The config file: find it, read it, and add or remove profiles.

`load` finds and reads the file, `fields` turns its tables into `profile` values, `edit` changes its text, `hide`
hides the keys in it, and `discover` finds keys that no profile uses.
"""
