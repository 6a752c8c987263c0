"""Text from a provider, in any field: no key and no workflow command is printed, and nothing long."""

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from typing import Final
from urllib.parse import quote, quote_plus, unquote

import pytest

from balance_cli.errors import Unexpected
from balance_cli.keys.secret import Secret
from balance_cli.render import formats
from balance_cli.strict import parse_json
from checked import (
    CUSTOM,
    DOLLARS,
    OK,
    UNKNOWN,
    Place,
    header_of,
    json_of,
    looks,
    meant,
    project,
)
from conftest import KEY, Balance

pytestmark = pytest.mark.usefixtures("nothing_is_left_behind")


ODD: Final = 'sk-Sentinel/0123+45"67=89&xyz<Q'
"""A key with all characters that some encoding changes."""
RUN: Final = 8


def escaped(text: str) -> str:
    """Encode a text as the content of a JSON string."""
    return json.dumps(text)[1:-1]


WRITTEN: Final[dict[str, str]] = {
    "as it is": escaped(ODD),
    "JSON's escapes": "".join(f"\\u{ord(char):04x}" for char in ODD),
    "escapes within JSON": escaped("".join(f"\\u{ord(char):04X}" for char in ODD)),
    "one escape within JSON": escaped("\\u0073" + ODD[1:]),
    "JSON within JSON": escaped(json.dumps({"key": ODD})),
    "JSON within JSON within JSON": escaped(json.dumps(json.dumps({"key": ODD}))),
    "escaped slashes": escaped(ODD.replace("/", "\\/")),
    "percent-encoded": escaped(quote(ODD, safe="")),
    "percent-encoded in lowercase": escaped(quote(ODD, safe="").lower()),
    "percent-encoded except for slashes": escaped(quote(ODD)),
    "form-encoded": escaped(quote_plus(ODD)),
    "percent-encoded twice": escaped(quote(quote(ODD, safe=""), safe="")),
    "every character percent-encoded": escaped("".join(f"%{ord(char):02x}" for char in ODD)),
    "HTML": escaped(html.escape(ODD)),
    "HTML with numeric references": escaped("".join(f"&#x{ord(char):X};" for char in ODD)),
    "HTML twice": escaped(html.escape(html.escape(ODD))),
    "uppercase": escaped(ODD.upper()),
    "lowercase": escaped(ODD.lower()),
    "hexadecimal": ODD.encode().hex(),
    "hexadecimal in uppercase": ODD.encode().hex().upper(),
    "base64": b64encode(ODD.encode()).decode(),
    "base64 for URLs": urlsafe_b64encode(ODD.encode()).decode(),
    "base64 of the header": b64encode(f"Bearer {ODD}".encode()).decode(),
    "base64 of a name and the key": b64encode(f"user:{ODD}".encode()).decode(),
    "base64 of JSON": b64encode(json.dumps({"k": ODD}).encode()).decode(),
    "the beginning": escaped(ODD[:9]),
    "the middle": escaped(ODD[7:19]),
    "the end": escaped(ODD[-RUN:]),
}
"""The key as it may be encoded in a response, as the content of a JSON string."""


def seen(output: str) -> list[str]:
    """Return the runs of 8 characters of the key that an output shows, in any encoding."""
    forms = [ODD, ODD.encode().hex()]
    forms += [b64encode(before + ODD.encode()).decode()[4:-4] for before in (b"", b"x", b"xx")]
    forms += [form.replace("+", "-").replace("/", "_") for form in forms[2:]]
    runs = {form[at : at + RUN].lower() for form in forms for at in range(len(form) - RUN + 1)}
    texts = [output]
    for _ in range(4):
        texts.append(unquote(texts[-1]))
        texts.append(html.unescape(texts[-1]))
        texts.append(re.sub(r"\\+u00([0-9a-fA-F]{2})", lambda found: chr(int(found[1], 16)), texts[-1]))
        texts.append(re.sub(r"\\+([^a-zA-Z0-9])", r"\1", texts[-1]))
    return [run for run in runs if any(run in text.lower() for text in texts)]


@pytest.mark.parametrize("form", WRITTEN.values(), ids=WRITTEN)
def test_99_these_tests_detect_a_key_in_every_encoding(form: str) -> None:
    assert seen(f"x = {meant(form)}")


WALLET: Final = '{"currency": "@", "total_balance": "9", "granted_balance": "0", "topped_up_balance": "9"}'
PLACES: Final[dict[str, Place]] = {
    "a message": Place("apikley", "", json_of('{"code": 401, "msg": "bad @ here", "data": null}')),
    "a message that is cut": Place("apikley", "", json_of(f'{{"code": 401, "msg": "{"x" * 186} @", "data": null}}')),
    "an error's message": Place("apikley", "", json_of('{"error": {"message": "bad @"}}', "403 Forbidden")),
    "trouble": Place("apikley", "", json_of('{"detail": ["@"]}', "501 Trouble")),
    "an amount": Place("apikley", "", json_of('{"code": 200, "data": "@"}')),
    "an amount that is cut": Place("apikley", "", json_of(f'{{"code": 200, "data": "{"9" * 46}@"}}')),
    "a unit": Place("deepseek", "", json_of(f'{{"is_available": true, "balance_infos": [{WALLET}]}}')),
    "an unknown unit": Place(
        "deepgram", "", project('{"project_id": "a", "name": "n"}', '{"amount": 9, "units": "@"}')
    ),
    "a name": Place("deepgram", "", project('{"project_id": "a", "name": "@"}', DOLLARS)),
    "a name that is cut": Place("deepgram", "", project(f'{{"project_id": "a", "name": "{"x" * 52} @"}}', DOLLARS)),
    "an id in an address": Place("deepgram", "", project('{"project_id": "@", "name": "n"}', DOLLARS)),
    "ids to choose from": Place(
        "deepgram", 'project_id = "z"', project('{"project_id": "a@", "name": "n"}, {"project_id": "@"}', DOLLARS)
    ),
    "a plan": Place("custom", CUSTOM, json_of('{"left": 9, "plan": "@", "at": null}')),
    "a time": Place("custom", CUSTOM, json_of('{"left": 9, "plan": null, "at": "@"}'), shows=False),
    "Content-Type": Place("apikley", "", header_of("200 OK", "content-type", "text/@")),
    "Content-Encoding": Place("apikley", "", header_of("200 OK", "content-encoding")),
    "Location": Place("apikley", "", header_of("302 Found", "location", "https://x@.example/@"), shows=False),
    "Retry-After": Place("apikley", "", header_of("429 No", "retry-after"), shows=False),
}
LOOKS: Final = (
    ("check",),
    ("check", "--json", "--details", "--record"),
    ("check", "-o", "github"),
    ("check", "-q"),
    ("check", "--debug", "--details"),
)


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_99_no_part_of_an_echoed_key_is_shown(balance: Balance, place: Place) -> None:
    ended = looks(balance, place, ODD, list(WRITTEN.values()), *LOOKS)
    outputs = [text for run in ended for text in (run.out, run.err)]
    files = [file.read_bytes().decode("latin-1") for file in balance.home.rglob("*") if file.is_file()]
    assert [seen(text) for text in (*outputs, *files)] == [[]] * (len(outputs) + len(files))
    assert any(hidden in text for text in outputs for hidden in ("[key]", "%5Bkey%5D")) or not place.shows
    assert json.loads(ended[1].out)["profiles"][len(WRITTEN) - 1]["profile"] == f"p{len(WRITTEN) - 1}"


def test_99_a_key_in_a_field_name_is_hidden() -> None:
    secret = Secret(ODD)
    answer = parse_json(json.dumps({ODD: {f"x{ODD}": [ODD, 9]}, "same": 1}).encode(), "")
    assert secret.hide_in(answer) == {"[key]": {"x[key]": ["[key]", 9]}, "same": 1}
    with pytest.raises(Unexpected):
        secret.hide_in(parse_json(json.dumps({ODD: 1, ODD[1:]: 2}).encode(), ""))


def test_99_a_key_masked_by_the_provider_is_kept(balance: Balance) -> None:
    masked = f"{ODD[:7]}...{ODD[-7:]}"
    ended = looks(balance, PLACES["a message"], ODD, [escaped(masked)], ("check", "--json"))[0]
    assert json.loads(ended.out)["profiles"][0]["error"]["message"].endswith(f"bad {masked} here")


@pytest.mark.parametrize(
    ("key", "said", "shown"),
    [
        ("admin", "no admin, but administrators: badmin", "no [key], but administrators: badmin"),
        ("key", "a key or monkeys", "a [key] or monkeys"),
        ("data", "the data", "the [key]"),
        ("sk-1234", "bad sk-1234, not sk-12345", "bad [key], not sk-12345"),
    ],
)
def test_99_a_short_key_is_hidden_as_a_whole_word_in_a_providers_message(
    balance: Balance, key: str, said: str, shown: str
) -> None:
    place = PLACES["a message"]
    ended = looks(balance, place, key, [said], ("check", "--json"), ("check", "--debug"))
    error = json.loads(ended[0].out)["profiles"][0]["error"]
    assert error["message"].endswith(f"bad {shown} here")
    assert error["hint"].startswith("the key is from $TEST_KEY; ")
    assert "[[" not in ended[0].out + ended[1].err


def test_99_a_field_named_like_a_short_key_is_read(balance: Balance) -> None:
    place = Place("apikley", "", json_of('{"code": 200, "msg": "", "data": 9}'))
    assert looks(balance, place, "data", [""], ("check", "--json"))[0].code == OK


def test_99_a_key_of_digits_never_changes_an_amount(balance: Balance) -> None:
    key = "1234567890"
    for sent, code, remaining in (
        ("1234567890", OK, 1234567890),
        ("91234567890", OK, 91234567890),
        ("1234567890.5", OK, 1234567890.5),
        ('"91234567890"', UNKNOWN, None),
        ('"1234567890.5"', UNKNOWN, None),
    ):
        place = Place("apikley", "", json_of(f'{{"code": 200, "msg": "", "data": {sent}}}'))
        ended = looks(balance, place, key, [""], ("check", "--json"))[0]
        assert (ended.code, json.loads(ended.out)["profiles"][0]["remaining"]) == (code, remaining)
    for sent in ('{"code": 1234567890, "msg": "no", "success": false}', '{"code": 12345678901234, "error": "no"}'):
        ended = looks(balance, Place("apikley", "", json_of(sent)), key, [""], ("check", "--json"))[0]
        assert "12345678" not in ended.out


LONG: Final = "\\u001b[31m" + "x" * 900_000
MANY: Final = ", ".join(f'{{"project_id": "{"p" * 100}{n}"}}' for n in range(5000))
LONG_PLACES: Final[dict[str, Place]] = {
    **{name: place for name, place in PLACES.items() if not name.startswith(("Content-", "Loc", "Retry", "an id in"))},
    "a name beside an invalid amount": Place(
        "deepgram", "", project('{"project_id": "a", "name": "@"}', '{"amount": 1e16, "units": "usd"}')
    ),
    "thousands to choose from": Place("deepgram", 'project_id = "z"', lambda _, path: project(MANY, "")("", path)),
}
FORMS: Final = [form for form, _ in formats()]


@pytest.mark.parametrize("place", LONG_PLACES.values(), ids=LONG_PLACES)
def test_101_text_from_any_field_is_sanitized_and_truncated(balance: Balance, place: Place) -> None:
    for ended in looks(balance, place, KEY, [LONG], *LOOKS):
        assert len(ended.out + ended.err) < 4000
        assert all(line.replace("\t", " ").isprintable() for line in (ended.out + ended.err).splitlines())


COMMANDS: Final = (
    "##[error]x", "x ##vso[task.complete result=Failed]y", "###[section]", "##teamcity[x]", "#\\u200b#[error]",
    "::error::x", "x ::add-mask::y", ":::::stop-commands:::::x", ":\\u0000:error::", "x%0A::error::y",
    "x\\n::error::y", "x\\r##[error]y",
)  # fmt: skip
"""What the runners of GitHub, Azure and TeamCity treat as commands, at the start of a line or anywhere in it."""


@pytest.mark.parametrize("name", ["a message", "a name", "a plan", "an unknown unit", "ids to choose from"])
def test_102_no_format_emits_workflow_commands_from_a_provider(balance: Balance, name: str) -> None:
    runs = [("check", "--details", "-o", form) for form in FORMS] + [("check", "-q"), ("check", "--debug")]
    for run, ended in zip(runs, looks(balance, PLACES[name], KEY, COMMANDS, *runs), strict=True):
        for line in (ended.out + ended.err).splitlines():
            theirs = re.sub(r"^::(error|warning) title=[^:]*::", "", line) if "github" in run else line
            assert "::" not in theirs
            assert "##" not in theirs
            assert "%0" not in theirs or "github" not in run
