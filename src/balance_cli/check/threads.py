"""How many threads fit into the memory that the system lets the program address."""

from typing import Final

MOST: Final = 200
"""Beyond it a run over a thousand profiles waits for its own CPU, and no longer for the providers."""
STACK: Final = 1 << 20
"""The bytes of a thread's stack: enough for a request, and small enough for many."""
_PROGRAM: Final = 160 << 20
_HEAP: Final = 64 << 20
"""The address space of a program without threads, and what the C library sets aside for each of the first ones."""


def count_threads() -> int:
    """Return how many threads with a stack of ``STACK`` bytes a run may start, at least one.

    Where the address space is limited (``ulimit -v``), one thread too many makes any allocation fail, in the C
    libraries too, and the program is killed instead of saying anything.
    """
    try:
        import resource
    except ImportError:  # Windows
        return MOST
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY:
        return MOST
    return max(1, min(MOST, (limit - _PROGRAM) // (_HEAP + STACK)))
