"""What can go wrong with one profile, one kind for each thing that its user can do about it.

Failure
├── Misconfigured   the settings: a flag, the config, the key's place, a minimum
├── Rejected        the key: wrong, expired or of the wrong kind
├── UsedUp          nothing is left, says the provider without an amount: top up
├── Throttled       too many requests: wait
├── Unreachable     the way there: DNS, connection, TLS, time-out, the provider's own trouble
└── Unexpected      the answer makes no sense
    └── Absent      there is nothing at this address
"""

from typing import ClassVar


class Failure(Exception):  # noqa: N818 - what a profile ends with, not what a program does wrong
    """A balance could not be established.

    ``message`` says what happened and ``hint`` what to do next, one line each, without any key in them. ``http_status``
    is the answer's status where there was one. ``retryable`` is true where asking again may help, not before ``wait``
    seconds are over where the provider named such a time.
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

    def said(self) -> str:
        """Return what happened and what to do next, in one line."""
        return f"{self.message} ({self.hint})" if self.hint else self.message


class Misconfigured(Failure):
    """The user's own settings do not allow an answer."""

    kind = "misconfigured"


class Rejected(Failure):
    """The provider refuses this key."""

    kind = "rejected"


class UsedUp(Failure):
    """The provider says that nothing is left, without saying how much: the profile is ``low``."""

    kind = "used_up"


class Throttled(Failure):
    """The provider wants fewer requests."""

    kind = "throttled"


class Unreachable(Failure):
    """The provider could not be asked, or is in trouble itself."""

    kind = "unreachable"


class Unexpected(Failure):
    """The provider's answer makes no sense."""

    kind = "unexpected"


class Absent(Unexpected):
    """The provider has nothing at this address."""


KINDS = tuple(failure.kind for failure in (Misconfigured, Rejected, UsedUp, Throttled, Unreachable, Unexpected))
