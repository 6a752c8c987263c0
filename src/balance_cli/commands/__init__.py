"""One file per command: plain values in, an exit code out. Typer stays in cli.py."""
