"""`balance demo`: run a real check over HTTP against a server on this machine."""

import gc
import shlex
import tempfile
import threading
from pathlib import Path
from typing import Final

from balance_cli import demo as server
from balance_cli.check.many import check_profiles
from balance_cli.config import load as configs
from balance_cli.deadline import Deadline
from balance_cli.environment import Environment, is_terminal
from balance_cli.errors import Misconfigured
from balance_cli.exits import MEANINGS, Exit
from balance_cli.render import render
from balance_cli.terminal.view import make_debug, view
from balance_cli.text import align_columns, fill
from balance_cli.verdict import Report, Status

_EXPECTED: Final = {
    "agents": (Status.OK, "12.50 USD is above the minimum of 5"),
    "images": (Status.LOW, "3.25 USD is below the minimum"),
    "relay": (Status.OK, "the provider reports this key as unlimited, so it is never low"),
    "video": (Status.UNKNOWN, "the provider is down, and an error never counts as enough"),
}


def demo(environment: Environment, *, serve: bool, port: int, color: str, debug: bool) -> int:
    """Run the demo's check and explain its exit code, or serve the demo until interrupted and print its config."""
    try:
        address = server.serve(port).server_address[1]
    except OSError as error:
        raise Misconfigured(f"cannot use port {port}: {error.strerror}", hint="choose another with --port") from None
    config = server.config(int(address))
    return _serve(environment, config, int(address)) if serve else _show(environment, config, color=color, debug=debug)


def _serve(environment: Environment, config: str, port: int) -> int:
    """Print the line to try, in a pipe with the config, and serve until interrupted."""
    with tempfile.TemporaryDirectory(prefix="balance-demo-") as folder:
        file = Path(folder, "config.toml")
        file.write_text(config, "utf-8")
        line = f"balance --config {shlex.quote(str(file))} check"
        if failed := environment.emit(f"{line}\n" if is_terminal(environment.stdout) else f"# {line}\n\n{config}"):
            return failed
        until = "until you press Ctrl-C; run this line in another terminal"
        environment.talk(f"balance: serving on http://127.0.0.1:{port} {until}")
        gc.enable()  # garbage collection is off at start-up, but this process may run for hours
        threading.Event().wait()
    return Exit.OK


def _show(environment: Environment, config: str, *, color: str, debug: bool) -> int:
    with tempfile.TemporaryDirectory(prefix="balance-demo-") as folder:
        file = Path(folder, "config.toml")
        file.write_text(config, "utf-8")
        loaded = configs.load(environment, str(file))
        deadline = Deadline(loaded.timeout)
        report = check_profiles(environment, loaded.profiles, deadline, debug=make_debug(environment, wanted=debug))
    how = view(environment, color)
    if failed := environment.emit(f"{render(report, 'table', how)}\n{_explain(report, how.width)}"):
        return failed
    wrong = [v.profile for v in report.verdicts if v.status is not _EXPECTED[v.profile][0]]
    if wrong:
        environment.talk(f"balance: unexpected result in the demo: {', '.join(wrong)} (run with --debug)")
    return Exit.UNKNOWN if wrong else Exit.OK


def _explain(report: Report, width: int | None) -> str:
    """Return an explanation of each status and of the exit code, in lines of this width."""
    code = report.status.exit
    rows = [(f"  {name}", status, why) for name, (status, why) in _EXPECTED.items()]
    first = f"This is `balance check` with a minimum of 5. It exits with {code} ({report.status}): {MEANINGS[code]}."
    strongest = "The strongest verdict wins: low 3, then misconfigured 2, unknown 4, ok 0."
    serve = "`balance demo --serve` keeps this server running and prints a config to test your own scripts with."
    return f"{fill(first, width)}\n\n{align_columns(rows, width)}\n{fill(strongest, width)}\n{fill(serve, width)}\n"
