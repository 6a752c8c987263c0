"""How a key is found in a text, and what remains of the text once it is hidden."""

import html
import json
from base64 import b64encode, urlsafe_b64encode
from typing import Any, Final
from urllib.parse import quote

import pytest

from balance_cli.errors import Unexpected
from balance_cli.keys.secret import Secret

KEY: Final = "Ab+d/f=h&j"
RUNS: Final = ("Ab+d/f=h", "b+d/f=h&", "+d/f=h&j")
LONGEST: Final = 4096


def hidden(text: str, key: str = KEY) -> str:
    """Hide the key in a text."""
    return Secret(key).hide(text)


def hidden_in(answer: Any, key: str = KEY) -> Any:
    """Hide the key in a response."""
    return Secret(key).hide_in(answer)


@pytest.mark.parametrize(
    "written",
    [
        KEY,
        KEY.upper(),
        KEY.lower(),
        KEY.replace("+", "-").replace("/", "_"),
        *RUNS,
        KEY.encode().hex(),
        KEY.encode().hex().upper(),
        quote(KEY, safe=""),
        quote(KEY, safe="").lower(),
        quote(quote(KEY, safe=""), safe=""),
        "".join(f"%{ord(char):02X}" for char in KEY),
        "".join(f"\\u{ord(char):04x}" for char in KEY),
        "".join(f"\\u{ord(char):04X}" for char in KEY),
        "".join(f"\\U{ord(char):04x}" for char in KEY),
        "".join(f"\\x{ord(char):02x}" for char in KEY),
        "".join(f"&#{ord(char)};" for char in KEY),
        "".join(f"&#x{ord(char):x};" for char in KEY),
        html.escape(KEY),
        html.escape(html.escape(KEY)),
        KEY.replace("/", "\\/"),
        KEY.replace("/", "\\\\\\/"),
        "".join(f"\\\\u{ord(char):04x}" for char in KEY),
    ],
)
def test_a_key_is_hidden_in_every_encoding(written: str) -> None:
    assert hidden(written) == "[key]"
    assert hidden(f"a {written} b") == "a [key] b"
    assert hidden(f"{written} b {written}") == "[key] b [key]"
    assert hidden(f"\\n {written} %41&amp;") == "\\n [key] %41&amp;"


@pytest.mark.parametrize("before", ["", "x", "xx", "user:", "Bearer "])
def test_a_key_is_hidden_in_base64(before: str) -> None:
    key = "sk-1234567890abcdef"
    for encode in (b64encode, urlsafe_b64encode):
        text = encode((before + key).encode()).decode()
        found = hidden(f"a {text} b", key)
        kept, _, after = found.removeprefix("a ").partition("[key]")
        assert len(kept) == (len(before) * 8 + 5) // 6
        assert text.startswith(kept)
        assert after.strip("=") == " b"


def test_fewer_than_eight_characters_of_a_key_are_not_hidden() -> None:
    for text in (KEY[:7], KEY[3:], KEY.encode().hex()[:7], quote(KEY[:7], safe=""), f"{KEY[:7]} {KEY[3:]}"):
        assert hidden(text) == text
    for text in ("", "%", "\\", "&", "100 % & more", "&nosuchname;", "\\q %zz &;", "%41%42"):
        assert hidden(text) == text


def test_text_around_a_key_is_kept() -> None:
    assert hidden(f"{KEY}{KEY}") == "[key]"
    assert hidden(f"{RUNS[0]}{RUNS[2]}") == "[key]"
    assert hidden(f"{RUNS[0]}-{RUNS[2]}") == "[key]-[key]"
    assert hidden(f"x{KEY}y") == "x[key]y"
    assert hidden(f"%41 {KEY} %42 {quote(KEY, safe='')} %43") == "%41 [key] %42 [key] %43"
    assert hidden(f"é {KEY} é") == "é [key] é"
    assert hidden(f"&bne; {KEY}") == "&bne; [key]"


def test_escapes_are_decoded_up_to_five_levels() -> None:
    text = "".join(f"%{ord(char):02x}" for char in KEY)
    for _ in range(3):
        assert hidden(text) == "[key]"
        text = text.replace("%", "%25")
    assert hidden(text) == "[key]"
    deeper = text.replace("%", "%25")
    assert hidden(deeper) == deeper


def test_a_short_key_is_hidden_only_as_a_whole_word() -> None:
    assert hidden("a.b (a.b) xa.b a.bx a-b A.B", "a.b") == "[key] ([key]) xa.b a.bx a-b A.B"
    assert hidden("1234567 12345678", "1234567") == "[key] 12345678"
    assert hidden("x12345678x", "12345678") == "x[key]x"


def test_both_halves_of_a_key_are_hidden() -> None:
    key = "AC12:qwertyuiop"
    assert hidden("AC12 has qwertyui, xAC12, wertyuiop", key) == "[key] has [key], xAC12, [key]"
    assert hidden_in({"AC12": "AC12", "qwertyuiop": 1}, key) == {"AC12": "[key]", "[key]": 1}


def test_what_follows_from_a_key_is_hidden_too() -> None:
    secret = Secret(KEY)
    assert secret.hide("token-0123456789") == "token-0123456789"
    secret.add("token-0123456789")
    assert secret.hide(f"{KEY} token-0123456789 123456789") == "[key] [key] [key]"
    assert secret.hide(b64encode(b"x token-0123456789").decode()) != b64encode(b"x token-0123456789").decode()


def test_the_key_is_hidden_everywhere_in_a_response() -> None:
    answer = {"a": KEY, "b": [KEY, {"c": f"x {KEY}", KEY: [[KEY]]}, 5, None, True], "d": 1.5}
    assert hidden_in(answer) == {
        "a": "[key]",
        "b": ["[key]", {"c": "x [key]", "[key]": [["[key]"]]}, 5, None, True],
        "d": 1.5,
    }
    assert hidden_in(KEY) == "[key]"
    assert hidden_in([KEY]) == ["[key]"]
    assert hidden_in(12345678, "12345678") == 12345678
    assert hidden_in(None) is None


def test_the_order_of_fields_is_kept() -> None:
    assert json.dumps(hidden_in({"b": 1, KEY: 2, "a": 3})) == '{"b": 1, "[key]": 2, "a": 3}'


def test_a_field_named_like_a_short_key_is_kept() -> None:
    assert hidden_in({"left": "left"}, "left") == {"left": "[key]"}
    assert hidden_in({"12345678": "left"}, "12345678") == {"[key]": "left"}


def test_field_names_that_collide_after_hiding_are_an_error() -> None:
    with pytest.raises(Unexpected) as caught:
        hidden_in({KEY: 1, KEY.upper(): 2})
    assert caught.value.message == "the response has a duplicate field"
    long = "x" * LONGEST
    with pytest.raises(Unexpected):
        hidden_in({f"{long}a": 1, f"{long}b": 2})


def test_long_strings_are_truncated() -> None:
    assert hidden_in(["x" * LONGEST, "x" * (LONGEST + 1)]) == ["x" * LONGEST] * 2
    assert hidden_in({"x" * (LONGEST + 1): 1}) == {"x" * LONGEST: 1}


def test_str_subclasses_are_kept() -> None:
    class Digits(str):
        """A number that does not fit into a Decimal."""

        __slots__ = ()

    [found] = hidden_in([Digits("123")])
    assert type(found) is Digits
