"""The ways in which a profile can fail: one kind of failure for each thing that the user can do about it.

Failure
├── Misconfigured   the settings: a flag, the config, the source of the key, a minimum
├── Rejected        the key: wrong, expired or of the wrong kind
├── UsedUp          the provider says that nothing is left, without an amount: top up
├── Throttled       too many requests: wait
├── Unreachable     DNS, connection, TLS, a timeout, or a server error of the provider
└── Unexpected      the response makes no sense
    └── Absent      there is nothing at this URL
"""

from typing import ClassVar


class Failure(Exception):  # noqa: N818 - the outcome of a profile, not an error of the program
    """A balance could not be established.

    ``message`` says what happened and ``hint`` what to do next: one line each, without any key. ``http_status`` is the
    status of the response, if there was one. ``retryable`` is true if a retry may help, after at least ``wait`` seconds
    if the provider asked for that.
    """

    kind: ClassVar[str] = "unexpected"

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        http_status: int | None = None,
        retryable: bool = False,
        wait: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.http_status = http_status
        self.retryable = retryable
        self.wait = wait

    def describe(self) -> str:
        """Return the message and the hint in one line."""
        return f"{self.message} ({self.hint})" if self.hint else self.message


class Misconfigured(Failure):
    """The user's settings do not allow a check."""

    kind = "misconfigured"


class Rejected(Failure):
    """The provider rejects the key."""

    kind = "rejected"


class UsedUp(Failure):
    """The provider says that nothing is left, without saying how much: the profile is ``low``."""

    kind = "used_up"


class Throttled(Failure):
    """The provider got too many requests."""

    kind = "throttled"


class Unreachable(Failure):
    """The provider cannot be reached, or has problems of its own."""

    kind = "unreachable"


class Unexpected(Failure):
    """The response makes no sense."""

    kind = "unexpected"


class Absent(Unexpected):
    """The provider has nothing at this URL."""


KINDS = tuple(failure.kind for failure in (Misconfigured, Rejected, UsedUp, Throttled, Unreachable, Unexpected))
