"""The terminal and the standard streams: stdout is for data, stderr for messages.

`out` writes to both, `write` also to files, `view` finds out how to format text for a terminal, and `prompt` asks.
"""
