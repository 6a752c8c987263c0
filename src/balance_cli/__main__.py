"""The entry point: handles --version before anything else is imported."""

import gc
import sys

from balance_cli import __version__


def main() -> None:
    """Run the command line and end the process with its exit code."""
    gc.disable()  # the process is short-lived: collecting garbage costs a tenth of the start-up time
    try:
        if sys.argv[1:] == ["--version"]:
            from balance_cli.out import emit, leave

            leave(emit(f"balance {__version__}\n"))
        from balance_cli.run import run

        run(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
