"""What Linux offers to keep processes together; elsewhere these functions do nothing."""

import sys

_SET_DEATH_SIGNAL = 1
_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> bool:
    """Become the parent of all descendants whose own parent has ended; return whether the system can do that."""
    return _control(_SET_CHILD_SUBREAPER, 1)


def die_with_parent(number: int) -> bool:
    """Let the system send this process a signal when its parent ends; return whether it can do that."""
    return _control(_SET_DEATH_SIGNAL, number)


def _control(option: int, value: int) -> bool:
    """Call prctl(2)."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        import ctypes

        return bool(ctypes.CDLL(None).prctl(option, value, 0, 0, 0) == 0)
    except (ImportError, OSError, AttributeError):  # a build of Python or a libc without it
        return False
