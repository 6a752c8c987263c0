"""The terminal and the standard streams: stdout is data, stderr is talk.

`out` writes to either, `write` also to files, `view` says how a terminal wants its text, and `prompt` asks.
"""
