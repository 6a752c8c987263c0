"""HTTP: signed requests inside one deadline, and every way in which they can fail.

`api` is what an adapter asks with; nothing else in the program opens a connection.
"""
