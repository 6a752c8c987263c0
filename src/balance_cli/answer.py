"""Turn every error in a response into the right kind of failure."""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from balance_cli.errors import Absent, Failure, Rejected, Throttled, Unexpected, Unreachable, UsedUp
from balance_cli.text import clean

_STATUSES: Final[dict[int, type[Failure]]] = {
    401: Rejected,
    402: UsedUp,
    403: Rejected,
    404: Absent,
    408: Unreachable,
    429: Throttled,
    455: Unreachable,  # Kie and similar vendors: maintenance
}
_SERVERS_OWN: Final = 500
_ERROR_CODES: Final = frozenset(map(str, range(400, 600)))
_LONGEST_CODE: Final = 7
"""The digits of a vendor's own code; a longer number may be anything, even a key."""
_WORDY: Final = {400, 401, 403}
_RETRIED: Final = {408, 429, 500, 502, 503, 504}
# Patterns are compiled on first use: few responses need any.
_UNAUTHORIZED: Final = (
    r"auth|api.?key|access.?key|\bkey\b|\btoken\b|credential|signature|access.?denied|forbidden"
    r"|permission|not allowed|令牌|密钥|无权"
)
_USED_UP: Final = (
    r"insufficient[ _]?(?:account|user)?[ _]?(?:balance|credit|quota|fund)|used.?up|exhaust|budget.{0,10}exceed"
    r"|out of credit|no credits?\b|额度已用尽|余额不足|欠费"
)
_EMAIL: Final = r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+\.\w+"
_TOO_MANY: Final = r"rate.?limit|request.?limit|too many|throttl"
_NO: Final = {"error", "fail", "failed", "failure", "false", "no", "denied", "unauthorized", "forbidden"}
_SENTENCES: Final = (
    *(
        "error",
        "errors",
        "message",
        "msg",
        "detail",
        "errmsg",
        "errormsg",
        "errormessage",
        "errordescription",
        "reason",
    ),
    *("title", "type", "code", "errorcode"),
)
_KINDS: Final = ("code", "errorcode", "type", "status", "title")
"""The names of fields with an error's message, and with its code, as ``_fold`` writes them."""
_NOTHING: Final[tuple[Any, ...]] = (None, False, 0, "", [], {})


def _matches(pattern: str, words: str) -> bool:
    return re.search(pattern, words, re.IGNORECASE) is not None


def make_failure(
    status: int,
    answer: Any = None,
    *,
    codes: Mapping[int, int] | None = None,
    says: str = "",
    http_status: int | None = None,
    wait: float | None = None,
) -> Failure:
    """Return the failure for an HTTP status, or for a vendor's own ``code`` inside a 200 (``http_status`` is then 200).

    ``answer`` is the body: its message is shown, and its words decide the kind if the status is ambiguous. ``codes``
    maps statuses that the vendor uses in its own sense to what HTTP uses for it, except for a real HTTP 429. ``says``
    names the field of the vendor's message if it is an unusual one.
    """
    is_real = http_status is None and status == 429  # noqa: PLR2004 - HTTP's own number
    means = status if is_real else (codes or {}).get(status, status)
    kind, text = _choose_kind(means, _collect_words(answer, says)), find_message(answer, says)
    where = f"HTTP {status}" if http_status is None else f"HTTP {http_status} with code {status}"
    message = f"{where}: {text}" if text else where
    return kind(
        f"used up ({message})" if kind is UsedUp else message,
        http_status=status if http_status is None else http_status,
        retryable=means in _RETRIED,
        wait=wait,
    )


def _find_error(answer: Any) -> Any:
    """Return the error of a response, or ``None`` if it is null, false, 0 or empty."""
    if not isinstance(answer, dict):
        return None
    errors = (answer.get(name) for name in ("error", "errors"))
    return next((error for error in errors if error not in _NOTHING), None)


def _fold(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object with its names in lower case without underscores: vendors write ``ErrMsg`` and ``__type``."""
    folded: dict[str, Any] = {}
    for name, value in answer.items():
        folded.setdefault(name.casefold().replace("_", ""), value)
    return folded


def _collect_words(answer: Any, says: str = "") -> str:
    """Return everything that may tell the kind of an error: its message, codes and types."""
    places, place = [answer, _find_error(answer)], answer
    for step in says.split("."):
        place = place.get(step) if isinstance(place, dict) else None
        places.append(place)
    parts = [_fold(part).get(name) for part in places if isinstance(part, dict) for name in _KINDS]
    names = [part.replace("_", " ") for part in parts if isinstance(part, str)]
    return " ".join([find_message(answer, says), *names])


def _choose_kind(status: int, words: str) -> type[Failure]:
    """Return the kind of failure; 400, 401 and 403 are ambiguous, so for them the words decide."""
    if status in _WORDY and _matches(_USED_UP, words):
        return UsedUp
    if status in _WORDY and _matches(_TOO_MANY, words):
        return Throttled
    if status in _WORDY and _matches(_UNAUTHORIZED, words):
        return Rejected
    return _STATUSES.get(status) or (Unreachable if status >= _SERVERS_OWN else Unexpected)


class Refusal(Exception):  # noqa: N818 - not a failure until the provider's label is read
    """A vendor reports an error inside a 200; the label's ``codes`` and ``says`` tell what it means."""

    def __init__(self, answer: Any) -> None:
        super().__init__("the provider refused")
        self.answer = answer


def coded(ok: object, payload: str = "data", *, field: str = "code") -> Callable[[Any], Any]:
    """Return an envelope that unwraps ``payload`` if ``field`` equals ``ok``, and raises Refusal otherwise.

    With "" as ``payload``, the whole response is the payload.
    """

    def unwrap(answer: Any) -> Any:
        if answer[field] != ok:
            raise Refusal(answer)
        return answer[payload] if payload else answer

    return unwrap


def unless(error: str, payload: str) -> Callable[[Any], Any]:
    """Return an envelope that unwraps ``payload``, and raises Refusal if there is an ``error`` (``Object.Field``)."""
    holder, _, field = error.partition(".")

    def unwrap(answer: Any) -> Any:
        if (refusal := answer[holder].get(field)) is not None:
            raise Refusal(refusal)
        return answer[payload]

    return unwrap


def open_envelope(answer: Any, envelope: Callable[[Any], Any], *, codes: Mapping[int, int], says: str) -> Any:
    """Return the payload of a 200; raise the failure in its body, also if only the vendor's envelope can tell."""
    if no := _refusal(answer, codes, says):
        raise no
    try:
        return envelope(answer)
    except Refusal as refusal:
        raise make_refusal(refusal.answer, codes, says) from None


def _refusal(answer: Any, codes: Mapping[int, int], says: str) -> Failure | None:
    """Return the failure in the body of a 200, if any: an error, ``success`` not true, or an error code or status."""
    if not isinstance(answer, dict):
        return None
    no = any(answer.get(flag, True) is not True for flag in ("success", "ok")) or _is_error_status(answer.get("status"))
    return (
        make_refusal(answer, codes, says)
        if no or _find_error(answer) is not None or any(_find_codes(codes, answer))
        else None
    )


def _is_error_status(status: Any) -> bool:
    """Return whether ``status`` is an error: false, or a word for failure; any other may be the status of a key."""
    return status is False or (isinstance(status, str) and status.strip().casefold() in _NO)


def make_refusal(answer: Any, codes: Mapping[int, int] | None = None, says: str = "") -> Failure:
    """Return the failure for an error response; its code decides the kind, or else its words."""
    text, words = find_message(answer, says), _collect_words(answer, says)
    code = next(_find_codes(codes or {}, answer, _find_error(answer)), None)
    if code is not None:
        return make_failure(code, answer, codes=codes, says=says, http_status=200)
    number = answer.get("code") if isinstance(answer, dict) else None
    brief = isinstance(number, Decimal) and len(str(number)) <= _LONGEST_CODE
    where = f"the provider returned an error ({number})" if brief else "the provider returned an error"
    message = f"{where}: {text}" if text else f"{where} without a message"
    if _matches(_USED_UP, words):
        return UsedUp(f"used up ({message})", http_status=200)
    kind = Throttled if _matches(_TOO_MANY, words) else Rejected if _matches(_UNAUTHORIZED, words) else Unexpected
    return kind(message, http_status=200)


def _find_codes(codes: Mapping[int, int], *places: Any) -> Iterator[int]:
    """Yield the 4xx and 5xx codes in these places, and the vendor's own ``codes``, given as numbers or as text."""
    known = _ERROR_CODES.union(map(str, codes))
    for place in places:
        if isinstance(place, dict):
            for name in ("code", "status", "status_code", "statusCode"):
                text = str(place.get(name))
                if text in known:
                    yield int(text)


def find_message(answer: Any, says: str = "") -> str:
    """Return the message of a response, from its field ``says`` first (``a.b`` is one within another); "" if none."""
    if isinstance(answer, str):
        return clean(re.sub(_EMAIL, "[email]", answer) if "@" in answer else answer)
    if isinstance(answer, list):
        return find_message(answer[0], says) if len(answer) else ""
    if not isinstance(answer, dict):
        return ""
    folded = _fold(answer)
    found = [*map(answer.get, says.split(".")), *map(folded.get, _SENTENCES)]
    return next(filter(None, (find_message(part, says) for part in found)), "")
