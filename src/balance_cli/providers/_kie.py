"""The Kie family: a `code` beside the `data`, whatever the HTTP status."""

from typing import Any

from balance_cli.provider import Api, Balances, Unexpected, balance


def payload(answer: Any) -> Any:
    """Return the data of an answer whose code is 200; the codes that HTTP knows too have been refused before."""
    if answer["code"] != 200:  # noqa: PLR2004 - the family's own number
        raise Unexpected(f"the answer says {answer['code']}: {answer['msg']}")
    return answer["data"]


def credits_left(api: Api) -> Balances:
    """Yield the credits that are left."""
    yield balance("credits", "credits", remaining=api.get("/api/v1/chat/credit"))
