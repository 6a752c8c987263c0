"""HTTP: signed requests within one deadline, and every way in which they can fail.

Adapters make their requests through `api`; nothing else in the program opens a connection.
"""
