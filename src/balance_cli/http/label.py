"""What a request needs to know of its provider."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from balance_cli.http.unsigned import Unsigned
    from balance_cli.keys.secret import Secret


class Label(Protocol):
    """The part of a provider's label that HTTP uses; ``provider.Provider`` documents each field."""

    @property
    def base(self) -> str:
        """The origin of its API."""

    @property
    def key(self) -> str:
        """The kind of key that it needs."""

    @property
    def auth(self) -> str:
        """The place of the key in a request."""

    @property
    def sign(self) -> "Callable[[Unsigned, Secret], Mapping[str, str]] | None":
        """Signs a request."""

    @property
    def envelope(self) -> Callable[[Any], Any]:
        """Unwraps the payload of a response."""

    @property
    def codes(self) -> Mapping[int, int]:
        """Status codes that it uses in its own sense."""

    @property
    def says(self) -> str:
        """The field of its error messages."""
