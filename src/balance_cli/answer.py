"""What an answer says: bytes to JSON with exact numbers, and every way of saying no to a failure of the right kind."""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from balance_cli.errors import Absent, Failure, Rejected, Throttled, Unexpected, Unreachable, UsedUp
from balance_cli.strict import Number, Object, strict
from balance_cli.text import clean

_LONGEST_NUMBER: Final = 40
_STATUSES: Final[dict[int, type[Failure]]] = {
    401: Rejected,
    402: UsedUp,
    403: Rejected,
    404: Absent,
    408: Unreachable,
    429: Throttled,
    455: Unreachable,  # Kie and its kin: maintenance
}
_SERVERS_OWN: Final = 500
_LONGEST_CODE: Final = 7
"""The digits of a vendor's own codes; a longer number may be anything, and a key too."""
_WORDY: Final = {400, 401, 403}
_RETRIED: Final = {408, 429, 500, 502, 503, 504}
# Patterns are compiled by their first use: few answers need any.
_UNAUTHORIZED: Final = (
    r"auth|api.?key|access.?key|\bkey\b|\btoken\b|credential|forbidden|permission|not allowed|令牌|密钥|无权"
)
_USED_UP: Final = (
    r"insufficient[ _]?(?:account|user)?[ _]?(?:balance|credit|quota|fund)|used.?up|exhaust|budget.{0,10}exceed"
    r"|out of credit|no credits?\b|额度已用尽|余额不足|欠费"
)
_TOO_MANY: Final = r"rate.?limit|too many|throttl"
_NO: Final = {"error", "fail", "failed", "failure", "false", "no", "denied", "unauthorized", "forbidden"}
_SENTENCES: Final = ("error", "errors", "message", "msg", "detail", "err_msg", "type", "code")
_NOTHING: Final[tuple[Any, ...]] = (None, False, 0, "", [], {})


def _says(pattern: str, words: str) -> bool:
    return re.search(pattern, words, re.IGNORECASE) is not None


def parse(body: bytes, content_type: str) -> Any:
    """Return the JSON of an answer, every number exactly as it was written; raises Unexpected for what is none."""
    import json

    if not body.strip():
        raise Unexpected("the answer is empty")
    try:
        found = json.loads(
            body.decode("utf-8-sig"),
            parse_float=_number,
            parse_int=_number,
            parse_constant=_constant,
            object_pairs_hook=_object,
        )
        return strict(found)
    except UnicodeDecodeError:
        raise Unexpected("the answer is not UTF-8") from None
    except json.JSONDecodeError:
        raise Unexpected(f"the answer is not JSON but {clean(content_type, 60) or 'of no stated type'}") from None
    except RecursionError:
        raise Unexpected("the answer is nested too deeply") from None


def _number(lexeme: str) -> Decimal | str:
    """Return a number exactly; one that no amount can be stays text, which no amount is made of."""
    try:
        return Number(lexeme) if len(lexeme) <= _LONGEST_NUMBER else lexeme
    except InvalidOperation:  # an exponent beyond every number's
        return lexeme


def _constant(name: str) -> Any:
    raise Unexpected(f"the answer contains {name}, which is not a number")


def _object(pairs: list[tuple[str, Any]]) -> Object:
    found = Object((name, strict(value)) for name, value in pairs)
    if len(found) < len(pairs):
        raise Unexpected("the answer names a field twice")
    return found


def failure(
    status: int,
    answer: Any = None,
    *,
    codes: Mapping[int, int] | None = None,
    says: str = "",
    http_status: int | None = None,
    wait: float | None = None,
) -> Failure:
    """Return what a status means, HTTP's or a vendor's own ``code`` inside a 200 (then ``http_status`` is 200).

    ``answer`` is the body that came with it, whose words are shown and decide where a status stands for much.
    ``codes`` are the statuses that a vendor uses in another sense than HTTP, and what HTTP says for that; a 429 of
    HTTP's own is taken at its word. ``says`` names the field of a vendor's sentence where it is an unusual one.
    """
    its_own = http_status is None and status == 429  # noqa: PLR2004 - HTTP's own number
    means = status if its_own else (codes or {}).get(status, status)
    kind, text = _kind(means, _words(answer, says)), said(answer, says)
    where = f"HTTP {status}" if http_status is None else f"the answer says {status}"
    message = f"{where}: {text}" if text else where
    return kind(
        f"used up ({message})" if kind is UsedUp else message,
        http_status=status if http_status is None else http_status,
        retryable=means in _RETRIED,
        wait=wait,
    )


def _error(answer: Any) -> Any:
    """Return what an answer has as its error, ``None`` where that is nothing: null, false, 0 or empty."""
    if not isinstance(answer, dict):
        return None
    errors = (answer.get(name) for name in ("error", "errors"))
    return next((error for error in errors if error not in _NOTHING), None)


def _words(answer: Any, says: str = "") -> str:
    """Return everything by which an answer may tell what kind of no it is: its sentence, and its codes and types."""
    parts = [
        part.get(name)
        for part in (answer, _error(answer))
        if isinstance(part, dict)
        for name in ("code", "type", "status")
    ]
    return " ".join([said(answer, says), *(part for part in parts if isinstance(part, str))])


def _kind(status: int, words: str) -> type[Failure]:
    """Return the kind of failure; 400, 401 and 403 stand for much, so that their words decide."""
    if status in _WORDY and _says(_USED_UP, words):
        return UsedUp
    if status in _WORDY and _says(_UNAUTHORIZED, words):
        return Rejected
    return _STATUSES.get(status) or (Unreachable if status >= _SERVERS_OWN else Unexpected)


class Refusal(Exception):  # noqa: N818 - what an envelope finds, and no failure before the provider's label is read
    """An answer says no; what that means is for the label to say, by its ``codes`` and ``says``."""

    def __init__(self, answer: Any) -> None:
        super().__init__("the answer says no")
        self.answer = answer


def coded(ok: int, payload: str = "data") -> Callable[[Any], Any]:
    """Return an envelope: the payload of an answer whose ``code`` is this one, and a refusal for any other code."""

    def opened(answer: Any) -> Any:
        if answer["code"] != ok:
            raise Refusal(answer)
        return answer[payload]

    return opened


def open_envelope(answer: Any, envelope: Callable[[Any], Any], *, codes: Mapping[int, int], says: str) -> Any:
    """Return the payload of a 200; raises what it means where it says no, to everyone or to its vendor's envelope."""
    if no := _refusal(answer, codes, says):
        raise no
    try:
        return envelope(answer)
    except Refusal as refusal:
        raise refused(refusal.answer, codes, says) from None


def _refusal(answer: Any, codes: Mapping[int, int], says: str) -> Failure | None:
    """Return the failure that a 200 says in its body: an error, no ``success``, a ``code`` or ``status`` of one."""
    if not isinstance(answer, dict):
        return None
    no = any(answer.get(flag, True) is not True for flag in ("success", "ok")) or _is_no(answer.get("status"))
    return refused(answer, codes, says) if no or _error(answer) is not None or any(_codes(answer)) else None


def _is_no(status: Any) -> bool:
    """Return whether an answer's ``status`` says no: false, or a word for a failure; any other may be a key's own."""
    return status is False or (isinstance(status, str) and status.strip().casefold() in _NO)


def refused(answer: Any, codes: Mapping[int, int] | None = None, says: str = "") -> Failure:
    """Return the failure of an answer that says no, of the kind that its code or else its words mean."""
    text, words = said(answer, says), _words(answer, says)
    code = next(_codes(answer, _error(answer)), None)
    if code is not None:
        return failure(code, answer, codes=codes, says=says, http_status=200)
    number = answer.get("code") if isinstance(answer, dict) else None
    brief = isinstance(number, Decimal) and len(str(number)) <= _LONGEST_CODE
    where = f"the answer says no ({number})" if brief else "the answer says no"
    message = f"{where}: {text}" if text else where
    if _says(_USED_UP, words):
        return UsedUp(f"used up ({message})", http_status=200)
    kind = Throttled if _says(_TOO_MANY, words) else Rejected if _says(_UNAUTHORIZED, words) else Unexpected
    return kind(message, http_status=200)


def _codes(*places: Any) -> Iterator[int]:
    """Find the numbers that mean an error to HTTP, as numbers or as text."""
    for place in places:
        if isinstance(place, dict):
            for name in ("code", "status", "status_code", "statusCode"):
                text = str(place.get(name))
                if re.fullmatch("[45][0-9][0-9]", text, re.ASCII):
                    yield int(text)


def said(answer: Any, says: str = "") -> str:
    """Return the sentence in which an answer explains itself, in its field ``says`` first; "" where there is none."""
    if isinstance(answer, str):
        return clean(answer)
    if isinstance(answer, list):
        return said(answer[0], says) if len(answer) else ""
    if not isinstance(answer, dict):
        return ""
    texts = (said(answer.get(name), says) for name in (says, *_SENTENCES))
    return next(filter(None, texts), "")
