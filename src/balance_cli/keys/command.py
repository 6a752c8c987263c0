"""`key_command`: a command that prints a key, run in the config's folder, without a shell and without a terminal."""

import os
import re
import select
import subprocess
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from balance_cli.deadline import Deadline
from balance_cli.errors import Misconfigured
from balance_cli.keys.children import started
from balance_cli.keys.pasted import without_keys
from balance_cli.keys.secret import MOST, Secret
from balance_cli.text import clean

_HINT: Final = (
    "run the command by hand: it must print the key, alone on one line, and end with 0; --debug shows its stderr"
)
_TICK: Final = 0.001
"""The seconds until one that has closed its stdout is looked at again."""
_LINES: Final = 20
_FIELD: Final = re.compile(r"[A-Za-z][\w .-]*:($|\s|//).*", re.ASCII)
"""What pass keeps under a key: ``login: me``, or an address like ``otpauth://…``."""


class Heard(NamedTuple):
    """What a command has printed, of each stream no more than any key has, and whether it was too late with that."""

    out: bytes
    err: bytes
    late: bool


def read(command: Sequence[str], folder: str, deadline: Deadline, tell: Callable[[str], None] | None) -> str:
    """Return the key that a command prints, run in a folder; ``tell`` what it says on stderr; raises Misconfigured."""
    name = command[0]
    try:
        with started(command, folder=folder, heard=tell is not None) as process:
            heard = _heard(process, deadline)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no command"
        raise Misconfigured(f"key_command {name} cannot be run: {why}", hint=_HINT) from None
    if tell:
        for line in _told(heard):
            tell(f"key_command {name} says: {line}")
    if heard.late:
        raise Misconfigured(f"key_command {name} did not end within {deadline.seconds:g} s", hint=_HINT)
    if len(heard.out) <= MOST and process.returncode != 0:
        raise Misconfigured(f"key_command {name} ended with {process.returncode}", hint=_HINT)
    return _first(heard.out.decode("latin-1"))


def _heard(process: subprocess.Popen[bytes], deadline: Deadline) -> Heard:
    """Listen until a command has closed its stdout and ended, or has printed more than any key has, or is late."""
    out, err = (stream.fileno() if stream else -1 for stream in (process.stdout, process.stderr))
    said, open_, ready = {out: b"", err: b""}, {out, err} - {-1}, select.poll()
    for pipe in open_:
        ready.register(pipe, select.POLLIN)
    while True:
        ended = out not in open_ and process.poll() is not None
        wait = 0 if ended else deadline.left() if out in open_ else min(_TICK, deadline.left())
        for pipe, _ in ready.poll(wait * 1000):
            part = os.read(pipe, MOST + 1)
            said[pipe] = (said[pipe] + part)[: MOST + 1]
            if not part:
                ready.unregister(pipe)
                open_.discard(pipe)
        late = not ended and deadline.left() == 0
        if ended or late or len(said[out]) > MOST:
            return Heard(said[out], said[err], late)


def _told(heard: Heard) -> Iterator[str]:
    """Yield the first lines of stderr, fit to be seen: without the key, or what was to be one."""
    text = heard.err.decode("utf-8", "replace")
    for line in filter(str.strip, heard.out.decode("latin-1").splitlines()):
        text = Secret(line.strip()).hide(text)
    lines = text.splitlines()[: _LINES if len(heard.err) <= MOST else -1]  # the last one may end within a key
    yield from (clean(without_keys(line)) for line in lines[:_LINES] if line.strip())


def _first(text: str) -> str:
    """Return the first line of an entry of pass, whose other lines are ``name: value``; any other text as it is."""
    key, *others = text.split("\n")
    fields = [line for line in others if line.strip()]
    return key if fields and all(map(_FIELD.fullmatch, fields)) else text
