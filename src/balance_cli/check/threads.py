"""How many threads fit into the address space that the program may use."""

from typing import Final

MOST: Final = 200
"""With more threads, a run over a thousand profiles waits for the CPU instead of the providers."""
STACK: Final = 1 << 20
"""Bytes per thread stack: enough for a request, and small enough for many threads."""
_PROGRAM: Final = 160 << 20
_HEAP: Final = 64 << 20
"""Address space of the program without threads, and of the heap that the C library gives each of the first threads."""


def count_threads() -> int:
    """Return how many threads with a stack of ``STACK`` bytes a run may start, at least one.

    If the address space is limited (``ulimit -v``), one thread too many makes any allocation fail, in C libraries too,
    and the program dies without a message.
    """
    try:
        import resource
    except ImportError:  # Windows
        return MOST
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY:
        return MOST
    return max(1, min(MOST, (limit - _PROGRAM) // (_HEAP + STACK)))
