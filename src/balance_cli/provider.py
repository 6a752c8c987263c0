"""What a provider is: a function from an answer to balances, and the label from which everything else is read."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from balance_cli.amount import UNSAID, amount, balance, first, flag, nullable, plan
from balance_cli.answer import coded, refused
from balance_cli.errors import Misconfigured, Rejected, Unexpected
from balance_cli.text import segment
from balance_cli.times import end_of_period, next_day_of_month, next_reset, when

if TYPE_CHECKING:
    from balance_cli.http.api import Api
    from balance_cli.model import Balance, Plan

    Balances = Iterator[Balance | Plan]
else:
    Api = Balances = object  # adapters only name them: a listing of providers must not load the HTTP client

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


def _nothing(_: Mapping[str, Any]) -> Iterable[str]:
    return ()


class Provider(NamedTuple):
    """A provider and its label.

    ``id`` is the name of its file, ``group`` one of ``GROUPS``. ``docs`` is the vendor's page that is followed,
    ``env`` the usual variables of a key, the most usual first, ``base`` the origin that is asked ("" where the profile
    must say it), ``balances`` the names of its balances and their units, the headline first.

    ``key`` says which kind of key is wanted, ``key_page`` where it is made, and ``wrong_keys`` are patterns of keys of
    another kind and what these are: none of them is ever sent. ``auth`` is the header, or the query (``?name=``), in
    which ``{key}`` travels.

    ``unit`` is the unit where the answer does not say, "" where none is usual: a profile may then say another.
    ``options`` are the further keys that a profile may have, each with one line of help; ``verify`` yields what is
    wrong with a profile's table beyond that. ``envelope`` takes the payload out of an answer and raises where the
    vendor says no inside a 200; ``codes`` are the statuses and codes that the vendor uses in another sense than HTTP,
    and what HTTP says for it, and ``says`` names the field in which it explains a no, where that is an unusual one.
    ``absent`` says what to do instead where a vendor has nothing to ask. ``files`` are where
    the vendor's own tools keep such a key: alone in a file (""), or there in a JSON file (an expression of JMESPath
    that is one of jq with a point before it). ``top_up`` is the vendor's page where more is bought, "" where none is
    known. ``unread`` says what to do instead where a key does not show what remains.
    """

    id: str
    name: str
    group: str
    docs: str
    env: tuple[str, ...]
    base: str
    balances: Mapping[str, str]
    read: Callable[[Api], Balances]
    note: str
    key: str = "API key"
    key_page: str = ""
    auth: str = "Authorization: Bearer {key}"
    unit: str | None = None
    wrong_keys: Mapping[str, str] = _NONE
    options: Mapping[str, str] = _NONE
    verify: Callable[[Mapping[str, Any]], Iterable[str]] = _nothing
    envelope: Callable[[Any], Any] = _whole
    codes: Mapping[int, int] = _NONE
    says: str = ""
    absent: str = ""
    files: Mapping[str, str] = _NONE
    top_up: str = ""
    unread: str = ""

    @property
    def needs_base_url(self) -> bool:
        """Whether a profile must say where it is: it has no address of its own, and no ``url`` takes that place."""
        return not (self.base or self.absent or "url" in self.options)


def provider(
    *,
    name: str,
    group: str,
    docs: str,
    env: str | tuple[str, ...],
    base: str,
    balances: Mapping[str, str],
    key: str = "API key",
    key_page: str = "",
    auth: str = "Authorization: Bearer {key}",
    wrong_keys: Mapping[str, str] | None = None,
    unit: str | None = None,
    options: Mapping[str, str] | None = None,
    verify: Callable[[Mapping[str, Any]], Iterable[str]] = _nothing,
    envelope: Callable[[Any], Any] = _whole,
    codes: Mapping[int, int] | None = None,
    says: str = "",
    files: Mapping[str, str] | None = None,
    top_up: str = "",
    unread: str = "",
) -> Callable[[Callable[[Api], Balances]], Provider]:
    """Make a provider of the function below: its name is the id, its docstring's first line the note that users see."""

    def labelled(read: Callable[[Api], Balances]) -> Provider:
        return Provider(
            id=read.__name__.replace("_", "-"),
            name=name,
            group=group,
            docs=docs,
            env=(env,) if isinstance(env, str) else env,
            base=base,
            balances=balances,
            read=read,
            note=(read.__doc__ or "").partition("\n")[0],
            key=key,
            key_page=key_page,
            auth=auth,
            wrong_keys=wrong_keys or {},
            unit=unit,
            options=options or {},
            verify=verify,
            envelope=envelope,
            codes=codes or {},
            says=says,
            files=files or {},
            top_up=top_up,
            unread=unread,
        )

    return labelled
