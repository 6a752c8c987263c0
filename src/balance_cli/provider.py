"""What a provider is: a function from an answer to balances, and the label from which everything else is read."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, ParamSpec, Self, TypeAlias

from balance_cli.amount import UNSAID, amount, balance, first, flag, nullable, plan
from balance_cli.answer import coded, refused
from balance_cli.errors import Misconfigured, Rejected, Unexpected
from balance_cli.text import segment
from balance_cli.times import end_of_period, next_day_of_month, next_reset, when

if TYPE_CHECKING:
    from balance_cli.http import api
    from balance_cli.model import Balance, Plan

# References to what is loaded later: a listing of providers needs neither the HTTP client nor any balance.
Api: TypeAlias = "api.Api"
Balances: TypeAlias = "Iterator[Balance | Plan]"
Reader: TypeAlias = Callable[[Api], Balances]

P = ParamSpec("P")

__all__ = [
    "UNSAID",
    "Api",
    "Balances",
    "Misconfigured",
    "Provider",
    "Rejected",
    "Unexpected",
    "amount",
    "balance",
    "coded",
    "end_of_period",
    "first",
    "flag",
    "next_day_of_month",
    "next_reset",
    "nullable",
    "plan",
    "provider",
    "refused",
    "segment",
    "when",
]

GROUPS: Final = {
    "gateway": "Gateways and resellers",
    "model": "Model vendors",
    "media": "Images, video and speech",
    "tool": "Search, data and translation",
    "compute": "Compute, cloud and telephony",
    "own": "At an address of your own",
}


_NONE: Final[Mapping[Any, Any]] = MappingProxyType({})


def _whole(answer: Any) -> Any:
    return answer


def _nothing(_: object) -> Iterator[Any]:
    return iter(())


class Provider(NamedTuple):
    """A provider and its label, which is written above the function that reads its balances.

    ``name`` is the vendor's, ``group`` one of ``GROUPS``. ``docs`` is the vendor's page that is followed, ``env`` the
    usual variables of a key, the most usual first, ``base`` the origin that is asked ("" where the profile must say
    it), ``balances`` the names of its balances and their units, the headline first.

    ``key`` says which kind of key is wanted, ``key_page`` where it is made, and ``wrong_keys`` are patterns of keys of
    another kind and what these are: none of them is ever sent. ``auth`` is the header, or the query (``?name=``), in
    which ``{key}`` travels.

    ``unit`` is the unit where the answer does not say, "" where none is usual: a profile may then say another.
    ``options`` are the further keys that a profile may have, each with one line of help; ``verify`` yields what is
    wrong with a profile's table beyond that. ``envelope`` takes the payload out of an answer and raises where the
    vendor says no inside a 200; ``codes`` are the statuses and codes that the vendor uses in another sense than HTTP,
    and what HTTP says for it, and ``says`` names the field in which it explains a no, where that is an unusual one.
    ``absent`` says what to do instead where a vendor has nothing to ask. ``files`` are where the vendor's own tools
    keep such a key: alone in a file (""), or there in a JSON file (an expression of JMESPath that is one of jq with a
    point before it). ``top_up`` is the vendor's page where more is bought, "" where none is known. ``unread`` says what
    to do instead where a key does not show what remains.

    The function gives the rest: ``id`` is its name, ``note`` the first line of its docstring, ``read`` itself.
    ``package`` names the plug-in that a provider is from, "" where it is built in, and ``broken`` says why that cannot
    be used; neither is for a label to say.
    """

    name: str
    group: str
    docs: str
    env: tuple[str, ...]
    base: str
    balances: Mapping[str, str]
    key: str = "API key"
    key_page: str = ""
    auth: str = "Authorization: Bearer {key}"
    wrong_keys: Mapping[str, str] = _NONE
    unit: str | None = None
    options: Mapping[str, str] = _NONE
    verify: Callable[[Mapping[str, Any]], Iterable[str]] = _nothing
    envelope: Callable[[Any], Any] = _whole
    codes: Mapping[int, int] = _NONE
    says: str = ""
    absent: str = ""
    files: Mapping[str, str] = _NONE
    top_up: str = ""
    unread: str = ""
    package: str = ""
    broken: str = ""
    id: str = ""
    note: str = ""
    read: Reader = _nothing

    def of(self, read: Reader) -> Self:
        """Return the provider of which this is the label, and ``read`` the reader."""
        note = (read.__doc__ or "").partition("\n")[0]
        return self._replace(id=read.__name__.replace("_", "-"), note=note, read=read)

    @property
    def needs_base_url(self) -> bool:
        """Whether a profile must say where it is: it has no address of its own, and no ``url`` takes that place."""
        return not (self.base or self.absent or self.broken or "url" in self.options)


def _decorator(label: Callable[P, Provider]) -> Callable[P, Callable[[Reader], Provider]]:
    def written(*fields: P.args, **named: P.kwargs) -> Callable[[Reader], Provider]:
        return label(*fields, **named).of

    return written


provider = _decorator(Provider)
"""Make a provider of the function below: takes what a label is made of, and nothing of it twice."""
