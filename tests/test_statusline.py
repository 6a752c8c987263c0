"""`balance statusline` and the provider claude: what Claude Code reports is kept, and read again."""

import json
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from balance_cli.exits import Exit
from conftest import KEY, Balance, Ended
from stub import Stub
from surroundings import HERE
from terminal import Terminal

HOUR: Final = 3600
PROFILE: Final = '[profiles.claude]\nprovider = "claude"\n'


def status(week: float | None = 27.5, hours: float | None = 62, **more: Any) -> dict[str, Any]:
    """Return what Claude Code passes on stdin: windows of which this percentage was used, and the rest."""
    now = int(HERE.now().timestamp())
    limits = {
        "five_hour": None if hours is None else {"used_percentage": hours, "resets_at": now + 2 * HOUR + 60},
        "seven_day": None if week is None else {"used_percentage": week, "resets_at": now + 72 * HOUR + 60},
    }
    return {
        "session_id": "session-canary",
        "cwd": "/home/canary/project",
        "model": {"id": "claude-opus", "display_name": "Opus"},
        "cost": {"total_cost_usd": 0.5, "total_api_duration_ms": 2300},
        "rate_limits": limits,
        **more,
    }


def report(balance: Balance, given: object, env: dict[str, str] | None = None) -> Ended:
    """Run the status line with this on stdin."""
    return balance("statusline", stdin=given if isinstance(given, str) else json.dumps(given), env=env)


def check(balance: Balance, rest: str = "", *arguments: str) -> tuple[int, dict[str, Any]]:
    """Return the exit code and the verdict on a profile of the provider."""
    balance.write(PROFILE + rest)
    ended = balance("check", "--json", *arguments)
    assert "canary" not in ended.out + ended.err
    profile: dict[str, Any] = json.loads(ended.out)["profiles"][0]
    return ended.code, profile


def kept(balance: Balance) -> list[Path]:
    """Return the files in the state folder."""
    return sorted((balance.home / ".local" / "state" / "balance" / "claude").glob("*"))


def age(balance: Balance, minutes: float) -> None:
    """Make what was kept this old."""
    for file in kept(balance):
        found = json.loads(file.read_text())
        found["read_at"] = (HERE.now() - timedelta(minutes=minutes)).isoformat()
        file.write_text(json.dumps(found))


def sign_in(folder: Path, account: str) -> None:
    """Write the settings of Claude Code for an account."""
    folder.mkdir(exist_ok=True)
    (folder / ".claude.json").write_text(json.dumps({"oauthAccount": {"accountUuid": account, "email": "canary@x.y"}}))


def test_the_status_line_keeps_both_windows_and_prints_them(balance: Balance) -> None:
    ended = report(balance, status())
    assert (ended.code, ended.err) == (Exit.OK, "")
    assert ended.out == "weekly: 72.5% remaining, resets in 3 days | 5 hours: 38% remaining, runs out in 1 hour\n"
    (file,) = kept(balance)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert "canary" not in file.read_text() + file.name
    code, profile = check(balance)
    assert (code, profile["status"], profile["remaining"], profile["unit"]) == (Exit.OK, "ok", 72.5, "percent")
    rows = [(row["name"], row["remaining"], row["window"], row["gates"]) for row in profile["balances"]]
    assert rows == [("weekly", 72.5, 168 * HOUR, True), ("5 hours", 38, 5 * HOUR, True)]
    assert check(balance, "", "--min", "50%")[0] == Exit.LOW


def test_before_the_first_response_the_line_is_empty(balance: Balance) -> None:
    for given in (status(rate_limits=None), {}, status(None, None)):
        assert report(balance, given) == Ended(code=0, out="", err="")
    assert kept(balance) == []
    code, profile = check(balance)
    assert (code, profile["error"]["kind"]) == (Exit.MISCONFIGURED, "misconfigured")
    assert profile["error"]["message"] == "Claude Code has reported nothing yet"
    assert "`balance statusline`" in profile["error"]["hint"]


@pytest.mark.parametrize("given", ["", "{", "[]", "5", '{"rate_limits": 5}', '{"rate_limits": {"seven_day": {}}}'])
def test_anything_else_on_stdin_is_an_error_and_keeps_nothing(balance: Balance, given: str) -> None:
    ended = report(balance, given)
    assert (ended.code, ended.out) == (Exit.UNKNOWN, "")
    assert ended.err.startswith("balance: ")
    assert kept(balance) == []


def test_windows_that_make_no_sense_are_not_kept(balance: Balance) -> None:
    for used in (-5, "many", None, True):
        given = status()
        given["rate_limits"]["seven_day"]["used_percentage"] = used
        assert report(balance, given).code == Exit.UNKNOWN
    assert kept(balance) == []


@pytest.mark.parametrize("name", ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"])
def test_a_session_of_another_login_is_not_kept(balance: Balance, name: str) -> None:
    assert report(balance, status(), {name: KEY}).out.startswith("weekly: 72.5%")
    assert kept(balance) == []
    report(balance, status(), {name: ""})
    assert len(kept(balance)) == 1


def test_an_old_report_is_unknown(balance: Balance) -> None:
    report(balance, status())
    age(balance, 14)
    assert check(balance)[0] == Exit.OK
    age(balance, 16)
    code, profile = check(balance)
    assert (code, profile["status"], profile["balances"]) == (Exit.UNKNOWN, "unknown", [])
    assert profile["error"]["message"] == "Claude Code last reported 16 minutes ago"
    assert "headless" in profile["error"]["hint"]
    assert check(balance, 'stale_after = "20m"')[0] == Exit.OK
    assert check(balance, 'stale_after = "10m"')[0] == Exit.UNKNOWN
    age(balance, -60)
    assert check(balance)[0] == Exit.UNKNOWN


def test_a_window_that_has_passed_is_unknown(balance: Balance) -> None:
    given = status()
    given["rate_limits"]["five_hour"]["resets_at"] = int(HERE.now().timestamp()) - 1
    assert "5 hours: unknown" in report(balance, given).out
    code, profile = check(balance)
    assert code == Exit.UNKNOWN
    assert profile["error"]["message"] == "5 hours has reset since Claude Code last reported"


def test_a_session_without_a_new_response_does_not_refresh_the_report(balance: Balance) -> None:
    report(balance, status(20))
    age(balance, 16)
    report(balance, status(20))
    assert check(balance)[0] == Exit.UNKNOWN
    report(balance, status(30, session_id="another"))
    assert check(balance)[1]["remaining"] == 70
    age(balance, 16)
    report(balance, status(20))
    assert check(balance)[0] == Exit.UNKNOWN
    report(balance, status(31, session_id="another", cost={"total_api_duration_ms": 9000}))
    assert check(balance)[1]["remaining"] == 69


def test_each_account_has_its_own_windows(balance: Balance) -> None:
    work = balance.home / "work"
    sign_in(balance.home, "account-canary-1")
    sign_in(work, "account-canary-2")
    report(balance, status(10))
    report(balance, status(90), {"CLAUDE_CONFIG_DIR": str(work)})
    assert len(kept(balance)) == 2
    assert check(balance)[1]["remaining"] == 90
    assert check(balance, 'config_dir = "~/work"')[1]["remaining"] == 10
    sign_in(balance.home, "account-canary-3")
    assert check(balance)[0] == Exit.MISCONFIGURED


def test_a_damaged_file_is_as_none(balance: Balance) -> None:
    report(balance, status())
    for text in ("", "{", "[]", "{}", '{"read_at": "soon", "rate_limits": {}}'):
        kept(balance)[0].write_text(text)
        assert check(balance)[1]["error"]["message"] == "Claude Code has reported nothing yet"
    assert report(balance, status()).code == Exit.OK
    assert check(balance)[0] == Exit.OK


def test_a_state_folder_that_cannot_be_written_does_not_blank_the_line(balance: Balance) -> None:
    state = balance.home / ".local" / "state"
    state.parent.mkdir()
    state.write_text("in the way")
    ended = report(balance, status())
    assert (ended.code, ended.out[:14]) == (Exit.OK, "weekly: 72.5% ")
    assert "cannot keep the windows" in ended.err


def test_the_provider_takes_no_key_and_checks_its_options(balance: Balance) -> None:
    for rest, words in (
        ('key_env = "A"', "Claude needs no key: remove key_env"),
        ('stale_after = "soon"', "stale_after must be a time like"),
    ):
        balance.write(f"{PROFILE}{rest}\n")
        ended = balance("config", "check")
        assert ended.code == Exit.MISCONFIGURED
        assert words in ended.out + ended.err
    shown = balance("providers", "claude").out
    assert "none needed" in shown
    balance.write(PROFILE)
    assert json.loads(balance("profile", "list", "--json").out)[0]["key"] == "none needed"


def test_on_a_terminal_it_says_how_to_set_it_up(balance: Balance) -> None:
    with Terminal([balance.program, "statusline"], balance.environment()) as terminal:
        terminal.until("settings.json")
        assert terminal.end() == Exit.MISCONFIGURED


def test_named_profiles_are_shown_as_last_read_without_asking(balance: Balance) -> None:
    answer = {"text": '{"is_subscriber": false, "payg": {"remaining_usd": 12.5, "used_usd": 1, "total_usd": 20, '
              '"is_unlimited": false}}'}  # fmt: skip
    with Stub(always=answer) as stub:
        balance.profiles(
            {
                "main": f'provider = "apertis"\nbase_url = "{stub.url}"\nmin = 20',
                "new": f'provider = "apertis"\nbase_url = "{stub.url}"\nmin = 1',
            }
        )
        balance("check", "main", "--max-age", "1h")
        asked = len(stub.asked)
        shown = balance("statusline", "main", "new", stdin=json.dumps(status()))
        assert len(stub.asked) == asked == 1
    assert shown.code == Exit.OK
    assert shown.out.rstrip().endswith("| main: 12.50 USD low | new: not read yet")
    assert shown.out.startswith("weekly: 72.5% remaining")
    alone = balance("statusline", "main", stdin="{}")
    assert (alone.code, alone.out) == (Exit.OK, "main: 12.50 USD low\n")
    wrong = balance("statusline", "mian", stdin="{}")
    assert (wrong.code, wrong.out) == (Exit.MISCONFIGURED, "")
    assert 'did you mean "main"?' in wrong.err
