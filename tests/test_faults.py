"""The faults of FAULTS.md, row by row: real sockets, real TLS, real files and the installed program.

Every test name begins with its rows. In all of them the program ends within a second after its deadline, uses little
memory, shows no key and no traceback, and prints a complete document.
"""

import gzip
import json
import os
import shutil
import ssl
import subprocess
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
import trustme

from balance_cli.exits import Exit
from balance_cli.http.trust import _is_hashed
from checked import (
    LOW,
    MISCONFIGURED,
    OK,
    PATIENCE,
    TIMEOUT,
    UNKNOWN,
    checked,
    credits_of,
    document,
    first_then,
    server_context,
    serving,
)
from conftest import KEY, SLACK, Balance
from faults import Script, bomb, endless, full, listening, proxying, raw, resolving, says, silence, trickle

pytestmark = pytest.mark.usefixtures("nothing_is_left_behind")

GOOD: Final = '{"success": true, "remain_balance": 12.5, "used_balance": 0}'


NUMBERS: Final = [
    ("1 a float", "12.5", OK),
    ("2 a decimal string", '"25.5000"', OK),
    ("4 many nines", "4.9999999999999999999", LOW),
    ("5 the minimum itself", "5.0", OK),
    ("5 the minimum itself, as an integer", "5", OK),
    ("5 the minimum itself, with zeros", "5.00", OK),
    ("5 the minimum itself, in scientific notation", "0.5e1", OK),
    ("6 NaN", "NaN", UNKNOWN),
    ("7 Infinity", "Infinity", UNKNOWN),
    ("7 -Infinity", "-Infinity", UNKNOWN),
    ("8 NaN as text", '"NaN"', UNKNOWN),
    ("8 inf as text", '"inf"', UNKNOWN),
    ("8 sNaN as text", '"sNaN"', UNKNOWN),
    ("9 a large exponent", "1e400", UNKNOWN),
    ("10 a huge exponent", "1e999999", UNKNOWN),
    ("10 a huge exponent, below zero", "1e-999999", UNKNOWN),
    ("10 a huge exponent, of zero", "0e999999", UNKNOWN),
    ("11 5000 digits", "9" * 5000, UNKNOWN),
    ("12 a fraction of 200 digits", "9." + "9" * 200, UNKNOWN),
    ("13 debt", "-3.2", LOW),
    ("17 true", "true", UNKNOWN),
    ("17 false", "false", UNKNOWN),
    ("18 null", "null", UNKNOWN),
    ("20 a thousands separator", '"1,234.56"', UNKNOWN),
    ("20 a thousands separator, European style", '"1.234,56"', UNKNOWN),
    ("20 a dollar sign", '"$12"', UNKNOWN),
    ("20 a unit", '"12 USD"', UNKNOWN),
    ("21 an underscore", '"1_000"', UNKNOWN),
    ("21 a digit of another script", '"٥"', UNKNOWN),
    ("21 a full-width digit", '"５"', UNKNOWN),
    ("21 spaces", '" 5 "', UNKNOWN),
    ("21 a plus sign", '"+5"', UNKNOWN),
    ("21 hexadecimal", '"0x10"', UNKNOWN),
    ("22 scientific notation", "1.25E+2", OK),
    ("23 an object", "{}", UNKNOWN),
    ("23 a list", "[]", UNKNOWN),
    ("23 an empty string", '""', UNKNOWN),
    ("27 above any real amount", "1e16", UNKNOWN),
]


@pytest.mark.parametrize(("amount", "code"), [row[1:] for row in NUMBERS], ids=[row[0] for row in NUMBERS])
def test_1_to_27_each_amount_gives_its_exit_code(balance: Balance, amount: str, code: Exit) -> None:
    with listening(credits_of(amount)) as server:
        ended, _ = checked(balance, server.url)
    assert ended.code == code


def test_3_three_tenths_meet_a_minimum_of_three_tenths(balance: Balance) -> None:
    answer = '{"remaining_credits": "0.3", "credit_usage": "0.1", "total_deposits": "0.4"}'
    with listening(says(answer)) as server:
        assert checked(balance, server.url, "--min", "0.3", provider="imagerouter")[0].code == OK


def test_4_a_low_balance_is_not_rounded_up_to_the_minimum(balance: Balance) -> None:
    with listening(credits_of("4.9999999999999999999")) as server:
        checked(balance, server.url)
        ended = balance("check", "--min", "5")
    assert ended.code == LOW
    assert "4.99" in ended.out


@pytest.mark.parametrize(
    ("amount", "flag", "code", "unlimited"),
    [
        ("-1", ', "unlimited_quota": true', OK, True),
        ("-1", ', "unlimited_quota": false', LOW, False),
        ("-1", "", LOW, False),
        ("99", ', "unlimited_quota": true', OK, True),
        ("-1", ', "unlimited_quota": 1', UNKNOWN, False),
    ],
)
def test_14_to_16_only_the_flag_means_unlimited(
    balance: Balance, amount: str, flag: str, code: Exit, unlimited: bool
) -> None:
    key = says(f'{{"success": true, "remain_balance": {amount}, "used_balance": 0{flag}}}')
    with serving({"/v1/balance": key, "/v1/user/balance": says("no", "404 Not Found")}) as server:
        ended, profile = checked(balance, server.url, provider="apimart")
    assert (ended.code, profile["unlimited"]) == (code, unlimited)
    if unlimited:
        assert profile["remaining"] is None


def test_19_a_missing_amount_is_reported_by_its_field(balance: Balance) -> None:
    with listening(says('{"code": 200, "msg": "success"}')) as server:
        ended, profile = checked(balance, server.url)
    assert ended.code == UNKNOWN
    assert "data" in profile["error"]["message"]


def test_24_to_26_units_are_never_mixed(balance: Balance) -> None:
    with listening(credits_of("100")) as server:
        ended, profile = checked(balance, server.url, "--min", "5USD")
    assert ended.code == MISCONFIGURED
    assert "credits" in profile["error"]["message"]
    with listening(says(GOOD)) as server:
        assert (
            checked(balance, server.url, "--min", "5USD", provider="apimart", rest='unit = "CNY"')[0].code
            == MISCONFIGURED
        )


def test_28_the_providers_remaining_amount_is_not_recomputed(balance: Balance) -> None:
    with listening(says('{"remaining_credits": "7", "credit_usage": "1", "total_deposits": "3"}')) as server:
        _, profile = checked(balance, server.url, provider="imagerouter")
    row = profile["balances"][0]
    assert (row["remaining"], row["used"], row["limit"]) == (7, 1, 3)


SHORT: Final = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"
CHUNKED: Final = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
CODED: Final = "content-encoding"
GZIP: Final = f"{CODED}: gzip"
NINE: Final = '{"code": 200, "msg": "", "data": 9}'
BODIES: Final[list[tuple[str, Script, Exit, str]]] = [
    ("30 an empty body", says(""), UNKNOWN, "unexpected"),
    ("30 no content", raw(b"HTTP/1.1 204 No Content\r\n\r\n"), UNKNOWN, "unexpected"),
    ("31 a login page", says("<html>Sign in</html>", "200 OK", "content-type: text/html"), UNKNOWN, "unexpected"),
    ("32 truncated", says('{"code": 200, "msg": "success", "da'), UNKNOWN, "unexpected"),
    ("33 trailing garbage", says(f"{NINE} x"), UNKNOWN, "unexpected"),
    ("33 two documents", says(NINE * 2), UNKNOWN, "unexpected"),
    ("34 a byte order mark", says('\ufeff{"code": 200, "msg": "", "data": 9}'), OK, ""),
    ("34 UTF-16", says(NINE.encode("utf-16")), UNKNOWN, "unexpected"),
    ("35 not UTF-8", says(b'{"code": 200, "msg": "\xff", "data": 9}'), UNKNOWN, "unexpected"),
    ("35 a bogus charset", says(NINE, "200 OK", "content-type: a/b; charset=x"), OK, ""),
    ("36 a list", says("[9]"), UNKNOWN, "unexpected"),
    ("36 a string", says('"9"'), UNKNOWN, "unexpected"),
    ("36 a number", says("9"), UNKNOWN, "unexpected"),
    ("36 null", says("null"), UNKNOWN, "unexpected"),
    ("37 nested lists", says("[" * 100_000 + "]" * 100_000), UNKNOWN, "unexpected"),
    ("37 nested objects", says('{"a":' * 100_000 + "1" + "}" * 100_000), UNKNOWN, "unexpected"),
    ("38 an endless body", endless, UNKNOWN, "unexpected"),
    ("38 a large body", says(b" " * (2 << 20)), UNKNOWN, "unexpected"),
    ("39 gzip", says(gzip.compress(NINE.encode()), "200 OK", GZIP), OK, ""),
    ("39 deflate", says(zlib.compress(NINE.encode()), "200 OK", f"{CODED}: deflate"), OK, ""),
    ("39 brotli", says(b"\x0b\x02", "200 OK", f"{CODED}: br"), UNKNOWN, "unexpected"),
    ("39 zstd", says(b"\x28\xb5\x2f\xfd", "200 OK", f"{CODED}: zstd"), UNKNOWN, "unexpected"),
    ("39 gzip twice", says(gzip.compress(b"{}"), "200 OK", f"{CODED}: gzip, gzip"), UNKNOWN, "unexpected"),
    ("40 corrupt gzip", says(b"\x1f\x8b\x08garbage", "200 OK", GZIP), UNKNOWN, "unexpected"),
    ("40 truncated gzip", says(gzip.compress(b'{"code": 200}')[:-9], "200 OK", GZIP), UNKNOWN, "unexpected"),
    ("40 not gzip", says(NINE, "200 OK", GZIP), UNKNOWN, "unexpected"),
    ("41 a failure flag", says('{"success": false, "message": "too late"}'), UNKNOWN, "unexpected"),
    ("41 a code", says('{"code": 401, "msg": "no", "data": null}'), UNKNOWN, "rejected"),
    ("41 an error", says('{"error": {"message": "invalid api key"}}'), UNKNOWN, "rejected"),
    ("42 an error beside an amount", says('{"data": 9, "code": 200, "error": {"a": 1}}'), UNKNOWN, "unexpected"),
    ("50 nothing left, without an amount", says('{"error": "insufficient credits"}'), LOW, "used_up"),
    ("50 payment required", says("{}", "402 Payment Required"), LOW, "used_up"),
    ("49 unauthorized", says("{}", "401 Unauthorized"), UNKNOWN, "rejected"),
    ("49 forbidden", says("{}", "403 Forbidden"), UNKNOWN, "rejected"),
    ("51 not found", says("{}", "404 Not Found"), UNKNOWN, "unexpected"),
    ("51 not allowed", says("{}", "405 Method Not Allowed"), UNKNOWN, "unexpected"),
    ("51 gone", says("{}", "410 Gone"), UNKNOWN, "unexpected"),
    ("53 wait an hour", says("{}", "429 Too Many Requests", "retry-after: 3600"), UNKNOWN, "throttled"),
    ("53 wait until a date", says("{}", "429 No", "retry-after: Fri, 31 Dec 2100 23:59:59 GMT"), UNKNOWN, "throttled"),
    ("55 garbage", raw(b"\x00\xff\x13garbage\r\n\r\n", close=True), UNKNOWN, "unexpected"),
    ("55 HTTP/0.9", raw(NINE.encode(), close=True), UNKNOWN, "unreachable"),
    ("55 two lengths", raw(SHORT.replace(b"\r\n\r\n", b"\r\ncontent-length: 9\r\n\r\n")), UNKNOWN, "unexpected"),
    ("56 an early close", raw(SHORT, close=True), UNKNOWN, "unexpected"),
    ("56 no last chunk", raw(f"{CHUNKED}2\r\n{{}}\r\n".encode(), close=True), UNKNOWN, "unexpected"),
    ("57 a wrong length", raw(SHORT, pause=30), UNKNOWN, "unreachable"),
    ("63 a trickled head", trickle(b"HTTP/1.1 200 OK\r\n", b"x: y\r\n"), UNKNOWN, "unreachable"),
    ("63 a trickled line", trickle(b"HTTP/1.1 200 OK\r\nx: ", b"y"), UNKNOWN, "unreachable"),
    ("63 a trickled body", trickle(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n", b" "), UNKNOWN, "unreachable"),
    ("63 silence", silence, UNKNOWN, "unreachable"),
]  # fmt: skip


@pytest.mark.parametrize(("script", "code", "kind"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES])
def test_30_to_63_each_response_gives_its_exit_code_and_error(
    balance: Balance, script: Script, code: Exit, kind: str
) -> None:
    timeout = TIMEOUT if kind == "unreachable" else PATIENCE
    with listening(script) as server:
        ended, profile = checked(balance, server.url, timeout=timeout)
    assert ended.code == code
    assert (profile["error"] or {"kind": ""})["kind"] == kind


def test_39_a_decompression_bomb_is_not_inflated(balance: Balance) -> None:
    with listening(says(bomb(), "200 OK", GZIP)) as server:
        ended, _ = checked(balance, server.url)
    assert ended.code == UNKNOWN
    assert ended.megabytes < 80


def test_46_a_long_message_is_truncated(balance: Balance) -> None:
    with listening(says(json.dumps({"code": 401, "msg": "x" * 900_000, "data": None}))) as server:
        _, profile = checked(balance, server.url)
    assert 200 <= len(profile["error"]["message"]) < 300


@pytest.mark.parametrize("form", [KEY, f"...{KEY}...", KEY.replace("-", "%2D"), "\\u0073k-sentinel-0123456789"])
def test_47_an_echoed_key_is_not_shown(balance: Balance, form: str) -> None:
    with listening(says(f'{{"code": 401, "msg": "bad key {form}", "data": null}}')) as server:
        ended, profile = checked(balance, server.url)
    assert ended.code == UNKNOWN
    assert "sentinel" not in ended.out.replace("%2D", "-") or form.startswith("sk%2D")
    assert profile["error"]["kind"] == "rejected"


def test_48_ten_thousand_balances_are_rejected(balance: Balance) -> None:
    key = {"api_key_name": "k", "is_active": True, "spend_limit": "1", "spend_limit_period": None, "period_spend": "0"}
    keys = [{**key, "period_start": None, "expires_at": None}] * 10_000
    answer = {"remaining_credits": "25", "credit_usage": "4", "total_deposits": "30", "usage_by_api_key": keys}
    with listening(says(json.dumps(answer))) as server:
        ended, _ = checked(balance, server.url, provider="imagerouter")
    assert ended.code == UNKNOWN


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_52_temporary_errors_are_retried(balance: Balance, status: int) -> None:
    with listening(first_then(says("", f"{status} Trouble"), credits_of("9"))) as server:
        ended, profile = checked(balance, server.url)
    assert ended.code == OK
    assert profile["attempts"] == 2


@pytest.mark.parametrize("status", [401, 402, 403, 404, 405, 410, 418, 501, 505])
def test_49_to_51_permanent_errors_are_not_retried(balance: Balance, status: int) -> None:
    with listening(says("", f"{status} No")) as server:
        checked(balance, server.url)
        assert len(server.heard) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_54_the_key_is_not_sent_to_a_redirect_target(balance: Balance, status: int) -> None:
    with listening(credits_of("9")) as elsewhere:
        for location in (elsewhere.url, f"//127.0.0.1:{elsewhere.port}/", "/api/v1/chat/credit", "http://[", "\\"):
            with listening(says("", f"{status} Moved", f"location: {location}")) as server:
                ended, _ = checked(balance, server.url)
                assert ended.code == UNKNOWN
                assert len(server.heard) == 1
        assert elsewhere.heard == []


def test_58_cookies_alt_svc_and_hsts_are_ignored(balance: Balance) -> None:
    body = '{"subscription": false, "balance": 12.5}'
    headers = ("set-cookie: a=b", 'alt-svc: h2=":443"', "strict-transport-security: max-age=31536000")
    with listening(says(body, "200 OK", *headers)) as server:
        assert checked(balance, server.url, provider="chutes")[0].code == OK
        assert (len(server.heard), server.accepted) == (2, 1)
        assert not any(b"cookie" in head.lower() for head in server.heard)


def test_64_a_valid_certificate_is_trusted(balance: Balance, trusted: trustme.CA) -> None:
    with listening(credits_of("9"), tls=server_context(trusted, "localhost")) as server:
        assert checked(balance, server.tls)[0].code == OK


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1 is deprecated:DeprecationWarning")
def test_64_to_66_invalid_certificates_are_rejected_without_suggesting_to_skip_verification(
    balance: Balance, trusted: trustme.CA
) -> None:
    now = datetime.now(UTC)
    stranger = trustme.CA()
    past = {"not_before": now - timedelta(days=30), "not_after": now - timedelta(days=1)}
    future = {"not_before": now + timedelta(days=365), "not_after": now + timedelta(days=400)}
    old = server_context(trusted, "localhost")
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1
    old.set_ciphers("ALL:@SECLEVEL=0")
    rows: list[tuple[ssl.SSLContext, str]] = [
        (server_context(trusted, "localhost", **past), "clock"),
        (server_context(trusted, "localhost", **future), "clock"),
        (server_context(trusted, "example.org"), "not trusted"),
        (server_context(stranger, "localhost"), "not trusted"),
        (old, "TLS"),
    ]
    for context, words in rows:
        with listening(credits_of("9"), tls=context) as server:
            ended, profile = checked(balance, server.tls)
            assert ended.code == UNKNOWN
            assert profile["error"]["kind"] == "unreachable"
            assert words in f"{profile['error']['message']} {profile['error']['hint']}"
            assert "verif" not in profile["error"]["hint"]
            assert profile["attempts"] == 1
            assert server.heard == []


@pytest.mark.usefixtures("trusted")
def test_55_and_66_a_tls_mismatch_is_unknown(balance: Balance, authority: trustme.CA) -> None:
    with listening(credits_of("9")) as server:
        assert checked(balance, server.tls)[0].code == UNKNOWN
    with listening(silence, read=False) as server:
        assert checked(balance, server.tls, timeout=TIMEOUT)[0].code == UNKNOWN
    with listening(credits_of("9"), tls=server_context(authority, "localhost")) as server:
        assert checked(balance, server.url, timeout=TIMEOUT)[0].code == UNKNOWN


@pytest.mark.usefixtures("balance")
def test_61_a_refused_or_never_accepted_connection_is_unreachable(balance: Balance) -> None:
    ended, profile = checked(balance, "http://127.0.0.1:9")
    assert (ended.code, profile["error"]["kind"]) == (UNKNOWN, "unreachable")
    with full() as server:
        ended, profile = checked(balance, server.url, timeout=TIMEOUT)
    assert (ended.code, profile["error"]["kind"]) == (UNKNOWN, "unreachable")


def test_62_broken_ipv6_falls_back_to_ipv4(balance: Balance, trusted: trustme.CA) -> None:
    with listening(credits_of("9"), tls=server_context(trusted, "localhost")) as server:
        assert checked(balance, f"https://localhost:{server.port}")[0].code == OK


@pytest.fixture
def unshared(balance: Balance) -> Callable[..., Balance]:
    """Return a function that makes the program run with another resolver or without a network."""
    if os.geteuid() or not shutil.which("unshare"):
        assert "CI" not in os.environ, "needs root and unshare"
        pytest.skip("needs root and unshare")

    def made(script: str, *flags: str) -> Balance:
        return Balance(balance.home, balance.env, ("unshare", "-m", *flags, "sh", "-c", f'{script}; exec "$@"', "sh"))

    return made


@pytest.mark.parametrize("code", [3, 2, None], ids=["NXDOMAIN", "SERVFAIL", "hangs"])
def test_59_and_60_dns_failures_are_unreachable(
    unshared: Callable[..., Balance], tmp_path: Path, code: int | None
) -> None:
    with resolving(code) as address:
        file = tmp_path / "resolv.conf"
        file.write_text(f"nameserver {address}\noptions timeout:30 attempts:2\n")
        balance = unshared(f"mount --bind {file} /etc/resolv.conf")
        ended, profile = checked(balance, "https://api.example.test", timeout=TIMEOUT)
    assert ended.code == UNKNOWN
    assert profile["error"]["kind"] == "unreachable"
    whole = balance("demo").seconds  # a check without waiting, to measure how busy the machine is
    assert ended.seconds < TIMEOUT + 1 + 2 * whole


def test_70_without_a_network_each_profile_gets_one_line(unshared: Callable[..., Balance]) -> None:
    balance = unshared("true", "-n")
    balance.profiles({"a": 'provider = "apertis"', "b": 'provider = "apimart"'})
    ended = balance("check", "-q", "--timeout", str(TIMEOUT))
    assert ended.code == UNKNOWN
    assert ended.seconds < TIMEOUT + SLACK
    assert [line.split(": ")[1] for line in ended.err.splitlines()] == ["a", "b"]


def test_67_a_jumping_wall_clock_has_no_effect(balance: Balance, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import time\nreal, jumps = time.time, iter(range(10**9))\ntime.time = lambda: real() + 3600 * next(jumps)\n"
    )
    balance.env["PYTHONPATH"] = str(tmp_path)
    with listening(first_then(says("", "503 Trouble"), credits_of("9"))) as server:
        assert checked(balance, server.url)[0].code == OK
    with listening(silence) as server:
        ended, _ = checked(balance, server.url, timeout=TIMEOUT)
    assert ended.code == UNKNOWN
    assert ended.seconds > TIMEOUT


def test_68_a_proxy_is_used_and_its_password_is_not_shown(balance: Balance, trusted: trustme.CA) -> None:
    with (
        listening(credits_of("9"), tls=server_context(trusted, "localhost")) as server,
        proxying(password=True) as proxy,
    ):
        address = f"127.0.0.1:{proxy.port}"
        for variable in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
            balance.env[variable] = f"http://user:pr0xy-pass@{address}"
            assert checked(balance, server.tls)[0].code == OK
            balance.env[variable] = f"http://{address}"
            ended, profile = checked(balance, server.tls)
            assert (ended.code, profile["error"]["kind"]) == (UNKNOWN, "unreachable")
            assert variable in profile["error"]["hint"]
            del balance.env[variable]
        assert len(proxy.heard) == 6
        balance.env["HTTPS_PROXY"] = "http://user:pr0xy-pass@127.0.0.1:9"
        ended, profile = checked(balance, server.tls, "--debug")
        assert (ended.code, profile["error"]["kind"]) == (UNKNOWN, "unreachable")
        assert "pr0xy" not in ended.out + ended.err


def test_68_loopback_over_http_bypasses_the_proxy(balance: Balance) -> None:
    with listening(credits_of("9")) as server, proxying() as proxy:
        for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            balance.env[variable] = f"http://127.0.0.1:{proxy.port}"
        assert checked(balance, server.url)[0].code == OK
        assert proxy.heard == []


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:1080"),
        ("HTTPS_PROXY", "gopher://127.0.0.1:70"),
        ("HTTPS_PROXY", "http://[::1"),
        ("SSL_CERT_FILE", "/nowhere/authority.pem"),
        ("SSL_CERT_FILE", "/dev/null"),
        ("SSL_CERT_DIR", "/nowhere"),
    ],
)
def test_69_an_invalid_environment_variable_is_named(balance: Balance, variable: str, value: str) -> None:
    balance.env[variable] = value
    ended, profile = checked(balance, "https://127.0.0.1:9")
    assert ended.code == MISCONFIGURED
    assert variable in profile["error"]["message"]


def test_69_a_network_in_no_proxy_is_misconfigured_or_ignored(balance: Balance) -> None:
    balance.env.update({"NO_PROXY": "fe80::/10", "HTTPS_PROXY": "http://127.0.0.1:9"})
    ended, profile = checked(balance, "https://127.0.0.1:9")
    assert ended.code in {MISCONFIGURED, UNKNOWN}
    if ended.code == MISCONFIGURED:
        assert "NO_PROXY" in profile["error"]["message"]


def test_88_a_bug_in_an_adapter_hides_no_other_profile(balance: Balance, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import balance_cli.providers.imagerouter as it\n"
        "def broken(api):\n    raise RuntimeError('x')\n    yield\n"
        "it.imagerouter = it.imagerouter._replace(read=broken)\n"
    )
    balance.env["PYTHONPATH"] = str(tmp_path)
    with listening(credits_of("9")) as server:
        rest = f'base_url = "{server.url}"'
        balance.profiles({"a": f'provider = "imagerouter"\n{rest}', "b": f'provider = "apikley"\n{rest}'})
        ended = balance("check", "--json")
    assert ended.code == UNKNOWN
    assert [p["status"] for p in document(ended)["profiles"]] == ["unknown", "ok"]


def test_92_two_hundred_profiles_are_checked_at_once(balance: Balance) -> None:
    with listening(credits_of("9")) as server:
        balance.profiles({f"p{n}": f'provider = "apikley"\nbase_url = "{server.url}"' for n in range(200)})
        ended = balance("check", "--json", "--timeout", "15", "--min", "5")
    assert ended.code == OK
    assert len(json.loads(ended.out)["profiles"]) == 200


def test_93_parallel_runs_do_not_affect_each_other(balance: Balance) -> None:
    with listening(credits_of("9")) as server:
        balance.profiles({"main": f'provider = "apikley"\nbase_url = "{server.url}"'})
        command = [balance.program, "check", "--json", "--min"]
        running = [
            subprocess.Popen([*command, least], env=balance.environment(), stdout=subprocess.PIPE)
            for least in ("9", "10") * 10
        ]
        outputs = [process.communicate(timeout=60)[0] for process in running]
    assert [process.returncode for process in running] == [OK, LOW] * 10
    assert [json.loads(output)["exit_code"] for output in outputs] == [OK, LOW] * 10


@pytest.mark.parametrize(("name", "found"), [("0123abcd.0", True), ("0123ABCD.0", False), ("12345678.1", False),
                                             ("README-x.0", False), ("0123abcde.0", False)])  # fmt: skip
def test_only_hashed_file_names_mark_a_certificate_directory(tmp_path: Path, name: str, found: bool) -> None:
    (tmp_path / name).touch()
    assert _is_hashed(str(tmp_path)) == found
