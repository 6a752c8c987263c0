"""The user's terminal, and the files that take the place of stdout.

`view` finds out how to format text for a terminal, `prompt` asks on it, `browser` opens pages next to it, and `write`
writes data to stdout or to files.
"""
