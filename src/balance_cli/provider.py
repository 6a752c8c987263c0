"""Define providers: a function that reads balances, with a label above it that says everything else."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, ParamSpec, Self, TypeAlias

from balance_cli.amount import UNSAID, amount, balance, first, flag, nullable, plan, rounded
from balance_cli.answer import coded, make_refusal, unless
from balance_cli.errors import Misconfigured, Rejected, Unexpected
from balance_cli.text import segment
from balance_cli.times import end_of_period, next_day_of_month, next_reset, parse_time

if TYPE_CHECKING:
    from balance_cli.http import api, unsigned
    from balance_cli.keys.secret import Secret
    from balance_cli.model import Balance, Plan

# Forward references: listing the providers must import neither the HTTP client nor the balances.
Api: TypeAlias = "api.Api"
Balances: TypeAlias = "Iterator[Balance | Plan]"
Reader: TypeAlias = Callable[[Api], Balances]
Sign: TypeAlias = Callable[["unsigned.Unsigned", "Secret"], Mapping[str, str]]

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
    "make_refusal",
    "next_day_of_month",
    "next_reset",
    "nullable",
    "parse_time",
    "plan",
    "provider",
    "rounded",
    "segment",
    "unless",
]

UNPUBLISHED: Final = "not a published interface: it may change or stop"
_UNPUBLISHED_INTERVAL: Final = 300.0

GROUPS: Final = {
    "gateway": "Gateways and resellers",
    "model": "Model vendors",
    "plan": "Plans",
    "media": "Images, video and speech",
    "tool": "Search, data, documents and translation",
    "web": "Scraping, proxies and captchas",
    "compute": "Clouds and compute",
    "message": "Messages, telephony and mail",
    "own": "Self-hosted and custom",
}


_NONE: Final[Mapping[Any, Any]] = MappingProxyType({})


def _whole(answer: Any) -> Any:
    return answer


def _nothing(_: object) -> Iterator[Any]:
    return iter(())


class Provider(NamedTuple):
    """A provider: the label above the function that reads its balances, and the function itself.

    ``name`` is the name of the vendor, ``group`` one of ``GROUPS``, and ``docs`` the vendor's page about the endpoint.
    ``env`` are the usual variables of a key, the most common first; ``A+B`` are variables with a part of the key each.
    ``base`` is the origin of the API, or "" if the profile must give it. ``balances`` maps the names of the balances to
    their units, the headline first. ``sells`` are the names of what is paid through the vendor, if it has others.

    ``key`` says which kind of key is needed, ``ID:SECRET`` for one in two parts, and ``key_page`` where to create it.
    ``wrong_keys`` maps patterns of keys of another kind to their description; such keys are never sent. ``unfit`` maps
    usual variables of keys of another kind to why they do not help. ``auth`` is the place of ``{key}``, ``{user}`` or
    ``{secret}``: a header, the query (``?name={key}``), a form (``&name={key}``) or a JSON body
    (``{"name": "{key}"}``); ``{basic}`` is for HTTP's Basic, ``{basic_user}`` with an empty password. ``sign`` returns
    the headers to add to a request, anew for every try; see ``http.unsigned``.

    ``unit`` is the unit if the response does not say it, or "" if there is no usual one; a profile may then set it.
    ``options`` are additional settings of a profile, each with one line of help; it must have the ``required`` ones.
    ``verify`` yields further problems of a profile's table. ``envelope`` extracts the payload of a response, and raises
    if the vendor reports an error inside a 200. ``codes`` maps statuses and codes that the vendor uses in its own way
    to the HTTP status that they mean, and ``says`` names the field that explains an error, if that is an unusual one.
    ``absent`` says what to do instead if the vendor has no endpoint. ``files`` are where the vendor's own tools store
    such a key: alone in a file (""), or in a JSON file, at a JMESPath expression. A variable may replace the start of a
    path (``${CODEX_HOME:-~/.codex}``), and paths with ``*`` are only for `balance init`. ``beside`` maps options to
    JMESPath expressions of their values in the JSON object that holds the key, and ``tool`` is the command that renews
    the key in these files. ``top_up`` is the vendor's page to buy more, or its site if no such page is known, or "".
    ``unread`` says what to do if a key does not show what remains.

    A provider that needs no key has neither ``key`` nor ``env``. ``published`` is false if the vendor does not publish
    the endpoint, which may then change or stop at any time.

    The function provides the rest: ``id`` is its name, ``note`` the first line of its docstring, ``read`` the function.
    ``package`` is the plug-in's package, "" if the provider is built in, and ``broken`` says why a plug-in cannot be
    used; labels do not set these two.
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
    sign: Sign | None = None
    sells: tuple[str, ...] = ()
    wrong_keys: Mapping[str, str] = _NONE
    unfit: Mapping[str, str] = _NONE
    unit: str | None = None
    options: Mapping[str, str] = _NONE
    required: tuple[str, ...] = ()
    verify: Callable[[Mapping[str, Any]], Iterable[str]] = _nothing
    envelope: Callable[[Any], Any] = _whole
    codes: Mapping[int, int] = _NONE
    says: str = ""
    absent: str = ""
    files: Mapping[str, str] = _NONE
    beside: Mapping[str, str] = _NONE
    tool: str = ""
    top_up: str = ""
    unread: str = ""
    published: bool = True
    package: str = ""
    broken: str = ""
    id: str = ""
    note: str = ""
    read: Reader = _nothing

    def of(self, read: Reader) -> Self:
        """Return the provider with this label and the function ``read``."""
        note = (read.__doc__ or "").partition("\n")[0]
        return self._replace(id=read.__name__.replace("_", "-"), note=note, read=read)

    @property
    def needs_base_url(self) -> bool:
        """Whether a profile must have a ``base_url``: there is no fixed address, and no option ``url`` instead."""
        return not (self.base or self.absent or self.broken or "url" in self.options)

    @property
    def min_interval(self) -> float:
        """The fewest seconds between two requests, unless a user asks for a newer reading."""
        return 0.0 if self.published else _UNPUBLISHED_INTERVAL

    @property
    def has_two_part_key(self) -> bool:
        """Whether the key has the form ``ID:SECRET``."""
        return ":" in self.key and " " not in self.key


def _decorator(label: Callable[P, Provider]) -> Callable[P, Callable[[Reader], Provider]]:
    def decorate(*fields: P.args, **named: P.kwargs) -> Callable[[Reader], Provider]:
        return label(*fields, **named).of

    return decorate


provider = _decorator(Provider)
"""Decorate a function to make it a provider; takes the fields of a label."""
