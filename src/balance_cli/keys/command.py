"""`key_command`: a command that prints a key, run in the config's folder, without a shell or a terminal."""

import os
import re
import select
import subprocess
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from balance_cli.deadline import Deadline
from balance_cli.errors import Misconfigured
from balance_cli.keys.children import start_command
from balance_cli.keys.pasted import hide_keys
from balance_cli.keys.secret import MOST, Secret
from balance_cli.text import clean

_HINT: Final = (
    "run the command by hand: it must print only the key, on one line, and exit with 0; --debug shows its stderr"
)
_TICK: Final = 0.001
"""Seconds between polls of a command that has closed its stdout."""
_LINES: Final = 20
_FIELD: Final = re.compile(r"[A-Za-z][\w .-]*:($|\s|//).*", re.ASCII)
"""A further line in an entry of pass: ``login: me``, or a URL like ``otpauth://…``."""


class Output(NamedTuple):
    """The output of a command, each stream truncated to the size of a key, and whether it ran out of time."""

    out: bytes
    err: bytes
    late: bool


def read(command: Sequence[str], folder: str, deadline: Deadline, tell: Callable[[str], None] | None) -> str:
    """Run a command in a folder and return the key that it prints; ``tell`` gets its stderr; raise Misconfigured."""
    name = command[0]
    try:
        with start_command(command, folder=folder, heard=tell is not None) as process:
            output = _listen(process, deadline)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not a valid command"
        raise Misconfigured(f"cannot run key_command {name}: {why}", hint=_HINT) from None
    if tell:
        for line in _clean_stderr(output):
            tell(f"key_command {name} stderr: {line}")
    if output.late:
        raise Misconfigured(f"key_command {name} did not finish within {deadline.seconds:g} s", hint=_HINT)
    if len(output.out) <= MOST and process.returncode != 0:
        raise Misconfigured(f"key_command {name} exited with {process.returncode}", hint=_HINT)
    return _strip_fields(output.out.decode("latin-1"))


def _listen(process: subprocess.Popen[bytes], deadline: Deadline) -> Output:
    """Read until a command has closed its stdout and ended, has printed too much for a key, or is out of time."""
    out, err = (stream.fileno() if stream else -1 for stream in (process.stdout, process.stderr))
    streams, open_, ready = {out: b"", err: b""}, {out, err} - {-1}, select.poll()
    for pipe in open_:
        ready.register(pipe, select.POLLIN)
    while True:
        ended = out not in open_ and process.poll() is not None
        wait = 0 if ended else deadline.left() if out in open_ else min(_TICK, deadline.left())
        for pipe, _ in ready.poll(wait * 1000):
            part = os.read(pipe, MOST + 1)
            streams[pipe] = (streams[pipe] + part)[: MOST + 1]
            if not part:
                ready.unregister(pipe)
                open_.discard(pipe)
        late = not ended and deadline.left() == 0
        if ended or late or len(streams[out]) > MOST:
            return Output(streams[out], streams[err], late)


def _clean_stderr(output: Output) -> Iterator[str]:
    """Yield the first lines of stderr, without the key or anything that was meant to be one."""
    text = output.err.decode("utf-8", "replace")
    for line in filter(str.strip, output.out.decode("latin-1").splitlines()):
        text = Secret(line.strip()).hide(text)
    lines = text.splitlines()[: _LINES if len(output.err) <= MOST else -1]  # the last line may be cut within a key
    yield from (clean(hide_keys(line)) for line in lines[:_LINES] if line.strip())


def _strip_fields(text: str) -> str:
    """Return only the first line of an entry of pass (``name: value`` lines follow); any other text unchanged."""
    key, *others = text.split("\n")
    fields = [line for line in others if line.strip()]
    return key if fields and all(map(_FIELD.fullmatch, fields)) else text
