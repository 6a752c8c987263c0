"""The entry point: handles --version before anything else is imported."""

import _signal  # type: ignore[import-not-found]  # what `signal` wraps, which would cost --version a tenth of its time
import gc
import os
import sys

from balance_cli import __version__
from balance_cli.environment import Environment


def main() -> None:
    """Run the command line and end the process with its exit code."""
    gc.disable()  # the process is short-lived: collecting garbage costs a tenth of the start-up time
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)  # until run() sets its own, Ctrl-C ends the process silently
    try:
        environment = Environment.from_process()
        if sys.argv[1:] == ["--version"]:
            os._exit(environment.emit(f"balance {__version__}\n"))
        from balance_cli.run import run

        run(sys.argv[1:], environment)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
