"""The recipes of README.md, run as written with the programs they are for."""

import contextlib
import getpass
import grp
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from balance_cli.exits import Exit
from conftest import KEY, RECIPES, Balance, Ended, need, promtool, wait
from stub import Stub
from terminal import Terminal

ELSEWHERE: Final = {"bash", "zsh", "fish"}
"""The recipes that test_shells.py runs."""


def recipe(name: str) -> str:
    """Return the text of a recipe."""
    return RECIPES[name]


@pytest.fixture
def at(balance: Balance) -> Balance:
    """One profile whose provider is set by ``says``, and `balance` where the recipes look for it."""
    bin_ = balance.home / ".local" / "bin"
    bin_.mkdir(parents=True)
    (bin_ / "balance").symlink_to(balance.program)
    for name in ("job", "agent"):
        file = balance.home / name
        file.write_text(f'#!/bin/sh\necho "{name} $*" >> "$HOME/done"\n')
        file.chmod(0o755)
    balance.env.update({"PATH": f"{bin_}:{os.environ['PATH']}", "APERTIS_API_KEY": KEY})
    return balance


@contextlib.contextmanager
def says(balance: Balance, *amounts: str) -> Iterator[Stub]:
    """Make the provider send these amounts in turn, and the last one from then on; "" is an error."""

    def answer(amount: str) -> dict[str, Any]:
        numbers = f'"remaining_usd": {amount}, "used_usd": 1, "total_usd": 100, "is_unlimited": false'
        text = f'{{"is_subscriber": false, "payg": {{{numbers}}}}}'
        return {"text": text} if amount else {"status": 403, "text": "no"}

    request = {"request": "GET /v1/dashboard/billing/credits"}
    with Stub(exchanges=[request | answer(one) for one in amounts[:-1]], always=answer(amounts[-1])) as stub:
        balance.write(
            f'[profiles.main]\nprovider = "apertis"\nkey_env = "APERTIS_API_KEY"\nbase_url = "{stub.url}"\nmin = 5\n'
        )
        yield stub


def run(balance: Balance, words: list[str], env: Mapping[str, str] | None = None, *, alone: bool = False) -> Ended:
    """Run a program in the home directory; with ``alone``, only ``env`` is its environment."""
    given = dict(env or {}) if alone else balance.environment(env)
    done = subprocess.run(words, capture_output=True, text=True, env=given, cwd=balance.home, check=False)
    assert KEY not in done.stdout + done.stderr
    return Ended(code=done.returncode, out=done.stdout, err=done.stderr)


def done(balance: Balance) -> list[str]:
    """Return the lines that a recipe's jobs have logged."""
    file = balance.home / "done"
    return file.read_text().splitlines() if file.exists() else []


def test_every_recipe_is_tested() -> None:
    tested = set(re.findall(r'recipe\("(\S+?)"\)', Path(__file__).read_text("utf-8")))
    assert tested | ELSEWHERE == set(RECIPES)


@pytest.mark.parametrize(("amount", "code", "status", "then"), [("12.5", 0, "ok", False), ("4", 3, "low", True)])
def test_the_github_recipe_runs_its_next_step_only_when_low(
    at: Balance, amount: str, code: int, status: str, then: bool
) -> None:
    first, second = yaml.safe_load(recipe("github"))
    outputs, summary, script = (at.home / name for name in ("outputs", "summary", "script.sh"))
    script.write_text(first["run"])
    secrets = {name: value.replace("${{ secrets.APERTIS_API_KEY }}", KEY) for name, value in first["env"].items()}
    env = {**secrets, "GITHUB_OUTPUT": str(outputs), "GITHUB_STEP_SUMMARY": str(summary)}
    with says(at, amount):
        ended = run(at, ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)], env)
    assert ended.code == code
    assert ("::error title=balance main low::" in ended.out) == then
    assert "| main | apertis | payg |" in summary.read_text()
    found = dict(line.split("=") for line in outputs.read_text().splitlines())
    assert found == {"status": status, "exit_code": str(code)}
    assert first["id"] == "balance"
    expected = re.fullmatch(r"failure\(\) && steps\.balance\.outputs\.(\w+) == '(\w+)'", second["if"])
    assert expected
    assert (ended.code != 0 and found[expected[1]] == expected[2]) == then


@pytest.mark.parametrize(("amount", "goes_on"), [("12.5", True), ("4", False), ("", True)])
def test_the_gitlab_recipe_fails_only_when_low(at: Balance, amount: str, goes_on: bool) -> None:
    job = yaml.safe_load(recipe("gitlab"))["enough credit"]
    allowed = job["allow_failure"]["exit_codes"]
    with says(at, amount):
        ended = run(at, ["bash", "-eo", "pipefail", "-c", "\n".join(job["script"])])
    assert (ended.code == 0 or ended.code in ([allowed] if isinstance(allowed, int) else allowed)) == goes_on


def crontab(balance: Balance, text: str) -> Ended:
    """Run the only job of a crontab as cron would: with sh, in the home directory, with a minimal environment."""
    *settings, job = text.strip().splitlines()
    env = {"HOME": str(balance.home), "LOGNAME": "you", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin",
           "APERTIS_API_KEY": KEY, **dict(line.split("=", 1) for line in settings)}  # fmt: skip
    fields = job.split(None, 5)
    assert all(re.fullmatch(r"[0-9*/]+", field) for field in fields[:5])
    assert "%" not in fields[5]
    return run(balance, ["/bin/sh", "-c", fields[5]], env, alone=True)


def test_the_cron_recipe_prints_only_problems(at: Balance) -> None:
    assert recipe("cron").startswith("MAILTO=")
    with says(at, "12.5", "4", ""):
        assert crontab(at, recipe("cron")) == Ended(code=0, out="", err="")
        low = crontab(at, recipe("cron"))
        assert (low.code, low.out) == (Exit.LOW, "")
        assert low.err == (
            "balance: main: low: payg has 4.00 USD, below the minimum of 5.00 "
            "(top up at https://apertis.ai/setting?tab=credits)\n"
        )
        assert crontab(at, recipe("cron")).err.startswith("balance: main: unknown: ")


def test_the_cron_recipe_for_changes_prints_once_at_low_and_once_at_recovery(at: Balance) -> None:
    with says(at, "12.5", "4", "4", "", "4", "12.5", "12.5"):
        mails = [crontab(at, recipe("cron-changes")).err for _ in range(7)]
    assert [mail.partition(" (")[0] for mail in mails] == [
        "", "balance: main: low: payg has 4.00 USD, below the minimum of 5.00", "", "", "",
        "balance: main: ok: 12.50 USD\n", ""
    ]  # fmt: skip


def test_the_ntfy_recipe_sends_a_message_for_each_change(at: Balance) -> None:
    need("curl")
    with Stub(always={"answer": {}}) as hook, says(at, "4", "4", "12.5"):
        for _ in range(3):
            ended = run(at, ["sh", "-c", recipe("ntfy")], {"NTFY_URL": f"{hook.url}/your-topic"})
    assert ended == Ended(code=0, out="", err="balance: main: ok: 12.50 USD\n")
    assert [(asked.line, asked.headers["Title"], asked.body) for asked in hook.asked] == [
        ("POST /your-topic", f"balance is {status}", b"changed: main") for status in ("low", "ok")
    ]


def test_the_slack_recipe_sends_the_reason(at: Balance) -> None:
    need("curl")
    need("jq")
    with Stub(always={"text": "ok"}) as hook, says(at, "4", "4", "12.5"):
        for _ in range(3):
            ended = run(at, ["sh", "-c", recipe("slack")], {"SLACK_WEBHOOK_URL": f"{hook.url}/services/T0/B0/X"})
    assert (ended.code, ended.out) == (0, "")
    assert [json.loads(asked.body) for asked in hook.asked] == [
        {"text": "main: low: payg has 4.00 USD, below the minimum of 5.00"}, {"text": "main: ok"}
    ]  # fmt: skip
    assert hook.asked[0].headers["Content-Type"] == "application/json"


def test_the_wait_recipe_starts_the_agent_just_after_the_reset(at: Balance) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    spent, fresh = ({"left": number, "resets": soon} for number in (0, 9))
    with Stub(exchanges=[{"request": "GET /", "answer": spent}], always={"answer": fresh}) as stub:
        options = f'url = "{stub.url}/"\nremaining = "left"\nresets_at = "resets"\nunit = "requests"'
        at.profiles({"main": f'provider = "custom"\n{options}'})
        ended = run(at, ["sh", "-c", recipe("wait")])
    assert (ended.code, done(at)) == (0, ["agent "])
    assert [line[21:].partition(";")[0] for line in ended.out.splitlines()] == ["1 low", "1 ok"]


@pytest.mark.parametrize("language", ["shell", "python"])
def test_the_shell_and_python_recipes_run_the_job_only_if_ok(at: Balance, language: str) -> None:
    texts = {"shell": recipe("shell"), "python": recipe("python")}
    words = {"shell": ["sh", "-c"], "python": [sys.executable, "-c"]}[language]
    for amount, jobs, said in (("12.5", ["job "], ""), ("4", [], "not enough credit"), ("", [], "not known whether")):
        (at.home / "done").unlink(missing_ok=True)
        with says(at, amount):
            ended = run(at, [*words, texts[language]])
        assert (ended.code == 0) == bool(jobs)
        assert done(at) == jobs
        assert said in ended.err


def test_the_agent_recipe_stops_when_low(at: Balance) -> None:
    (at.home / "tasks").mkdir()
    for name in ("1.md", "2.md", "3.md"):
        (at.home / "tasks" / name).touch()
    with says(at, "12.5", "6", "4"):
        ended = run(at, ["sh", "-c", recipe("agent")])
    assert done(at) == ["agent tasks/1.md", "agent tasks/2.md"]
    assert ended.err.splitlines()[-1] == "stopped before tasks/3.md (balance ended with 3)"


def test_the_textfile_recipe_and_its_alerts_work_with_promtool(at: Balance, tmp_path: Path) -> None:
    folder = tmp_path / "textfiles"
    folder.mkdir()
    with says(at, "4"):
        ended = run(at, ["sh", "-c", recipe("textfile")], {"TEXTFILE_DIRECTORY": str(folder)})
    assert ended.code == Exit.LOW
    text = (folder / "balance.prom").read_text()
    promtool(text)

    rules = tmp_path / "rules.yml"
    rules.write_text(recipe("alerts"))
    series = [
        {"series": name, "values": f"{value}x60"}
        for name, _, value in (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
        if "timestamp" not in name
    ]
    down = {"series": 'balance_up{profile="down",provider="apertis"}', "values": "0x60"}
    old = {"series": "balance_last_check_timestamp_seconds", "values": "0x60"}
    low = {"alertname": "BalanceLow", "eval_time": "1m"}
    unknown = {"alertname": "BalanceUnknown", "eval_time": "40m"}
    labels = {"profile": "main", "provider": "apertis", "name": "payg", "unit": "USD"}
    tests = [
        (series, low, [{"exp_labels": labels, "exp_annotations": {"summary": "main: payg is below its minimum"}}]),
        (series, unknown, []),
        ([down], unknown, [{"exp_labels": {"profile": "down", "provider": "apertis"}}]),
        ([down], low, []),
        ([old], unknown, [{"exp_labels": {}}]),
    ]
    unit = {
        "rule_files": [str(rules)],
        "tests": [
            {"interval": "1m", "input_series": given, "alert_rule_test": [{**at_, "exp_alerts": alerts}]}
            for given, at_, alerts in tests
        ],
    }
    file = tmp_path / "tests.yml"
    file.write_text(yaml.safe_dump(unit))
    tested = subprocess.run(["promtool", "test", "rules", str(file)], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stdout + tested.stderr


@pytest.mark.parametrize(("amount", "state"), [("50", "OK"), ("12.5", "WARNING"), ("4", "CRITICAL"), ("", "UNKNOWN")])
def test_the_icinga_recipe_reports_every_state(at: Balance, tmp_path: Path, amount: str, state: str) -> None:
    need("icinga2")
    wrapper = tmp_path / "balance"
    exports = "".join(f"export {name}='{value}'\n" for name, value in at.environment().items())
    wrapper.write_text(f'#!/bin/sh\n{exports}exec {at.program} "$@"\n')
    wrapper.chmod(0o755)
    before = f"""
library "checker"
library "compat"
object CheckerComponent "checker" {{ }}
object ExternalCommandListener "command" {{ command_path = "{tmp_path}/commands" }}
object FileLogger "log" {{ severity = "debug", path = "{tmp_path}/log" }}
object CheckCommand "up" {{ command = [ "true" ] }}
object Host "agents" {{ check_command = "up" }}
"""
    config = tmp_path / "icinga2.conf"
    config.write_text(before + recipe("icinga").replace("/usr/local/bin/balance", str(wrapper)))
    folders = {name: tmp_path / name for name in ("DataDir", "LogDir", "InitRunDir", "CacheDir", "SpoolDir")}
    for folder in folders.values():
        folder.mkdir()
    who = {"RunAsUser": getpass.getuser(), "RunAsGroup": grp.getgrgid(os.getgid()).gr_name, **folders}
    command = ["icinga2", "daemon", "-c", str(config), *(w for n, v in who.items() for w in ("-D", f"{n}={v}"))]
    validated = subprocess.run([*command, "-C"], capture_output=True, text=True, check=False)
    assert validated.returncode == 0, validated.stdout
    with says(at, amount), (tmp_path / "out").open("w") as out:
        icinga = subprocess.Popen([*command, "--no-stack-rlimit"], stdout=out, stderr=out)
        try:
            pipe, log = tmp_path / "commands", tmp_path / "log"
            wait(pipe.exists)
            now = int(time.time())
            with pipe.open("w") as commands:
                commands.write(f"[{now}] SCHEDULE_FORCED_SVC_CHECK;agents;balance;{now}\n")
            stated = re.compile(rf"'agents!balance' .*state change from [A-Z]+ to {state} detected")
            if state == "UNKNOWN":  # the initial state: there is no state change, so look for the output
                stated = re.compile(r"BALANCE UNKNOWN|Update checkable 'agents!balance'")
            wait(lambda: log.exists() and stated.search(log.read_text()) is not None)
        finally:
            icinga.terminate()
            icinga.wait(20)
    saved = (folders["DataDir"] / "icinga2.state").read_text()
    assert f"BALANCE {state} - " in saved


def test_the_healthchecks_recipe_posts_the_exit_code_and_output(at: Balance) -> None:
    need("curl")
    with Stub(always={"text": "OK"}) as hook:
        for amount, code in (("12.5", 0), ("4", 3), ("", 4)):
            with says(at, amount):
                env = {"HEALTHCHECK_URL": f"{hook.url}/your-uuid"}
                assert run(at, ["sh", "-c", recipe("healthchecks")], env) == Ended(code=0, out="", err="")
            assert hook.asked[-1].line == f"POST /your-uuid/{code}"
            assert hook.asked[-1].body.startswith(b"STATUS ")


def test_the_jq_recipes_print_problems_and_the_sum(at: Balance) -> None:
    need("jq")
    low = "main: payg has 4.00 USD, below the minimum of 5.00\n"
    for amount, code, said in (("12.5", 0, ""), ("4", 3, low), ("", 4, "main: HTTP 403 (")):
        with says(at, amount):
            ended = run(at, ["bash", "-c", recipe("jq")])
        assert ended.code == code
        assert ended.out.startswith(said)
        assert bool(ended.out) == bool(said)
    with says(at, "12.5"):
        assert json.loads(run(at, ["bash", "-c", recipe("sum")]).out) == 12.5
    with says(at, ""):
        assert run(at, ["bash", "-c", recipe("sum")]).out == "null\n"


def test_the_plain_recipe_prints_each_line(at: Balance) -> None:
    with says(at, "4"):
        ended = run(at, ["sh", "-c", recipe("plain")])
    assert ended.out == (
        "main at apertis is low: 4 USD, at least 5; payg has 4.00 USD, below the minimum of 5.00 "
        "(top up at https://apertis.ai/setting?tab=credits)\n"
    )


def test_the_number_recipe_sets_a_variable_that_is_never_empty(at: Balance) -> None:
    for amount, number, code in (("12.5", "12.5", 0), ("4", "4", 3), ("", "-", 4)):
        with says(at, amount):
            ended = run(at, ["sh", "-c", recipe("number")])
        assert ended.out == f"main has {number}\n"
        assert (f"balance ended with {code}\n" in ended.err) == (code != 0)


def test_the_tmux_recipe_shows_the_balance_in_the_status_line(at: Balance) -> None:
    need("tmux")
    (at.home / ".tmux.conf").write_text(recipe("tmux") + "set -g status-right-length 60\n")
    env = {**at.environment(), "TERM": "xterm", "TMUX_TMPDIR": str(at.home), "SHELL": "/bin/sh"}
    with says(at, "12.5"), Terminal(["tmux", "-u", "new-session"], env) as terminal:
        try:
            terminal.until("main 12.50 USD ok")
        finally:
            run(at, ["tmux", "kill-server"], env)


def test_the_waybar_recipe_shows_every_state(at: Balance) -> None:
    module = json.loads(recipe("waybar"))["custom/balance"]
    assert module["return-type"] == "json"
    for amount, state, text in (("12.5", "ok", "12.50 USD"), ("4", "low", "4.00 USD"), ("", "unknown", "unknown")):
        with says(at, amount):
            ended = run(at, ["sh", "-c", module["exec"]])
        assert ended.code == 0  # Waybar hides a module whose command fails
        assert ended.out.count("\n") == 1
        shown = json.loads(ended.out)
        assert (shown["class"], shown["text"]) == (state, f"main {text}")
        assert shown["tooltip"].startswith(f"main: {state}, ")
        assert shown.get("percentage") == {"12.5": 12, "4": 4, "": None}[amount]


def test_the_swiftbar_recipe_prints_a_title_and_a_menu(at: Balance) -> None:
    with says(at, "12.5"):
        ended = run(at, ["sh", "-c", recipe("swiftbar")])
    page = "https://apertis.ai/setting?tab=credits"
    assert ended.out == f"12.50 USD\n---\nmain: 12.50 USD, ok | href={page}\n"


def test_the_claude_code_recipe_blocks_a_tool_unless_there_is_enough(at: Balance) -> None:
    settings = json.loads(recipe("claude-code"))
    hook = settings["hooks"]["PreToolUse"][0]["hooks"][0]
    for amount, shown, code, why in (
        ("12.5", "main 12.50 USD\n", 0, ""),
        ("0.5", "main 0.50 USD\n", 2, "balance: main: low: payg has 0.50 USD"),
        ("", "main -\n", 2, "balance: main: unknown: "),
    ):
        shutil.rmtree(at.home / ".cache" / "balance", ignore_errors=True)
        with says(at, amount):
            assert run(at, ["sh", "-c", settings["statusLine"]["command"]]).out == shown
            ended = run(at, ["sh", "-c", hook["command"]])
        assert (ended.code, ended.out) == (code, "")
        assert ended.err.startswith(why)


def test_the_overnight_recipe_runs_the_job_only_while_there_is_enough(at: Balance) -> None:
    for amount, code, started, why in (
        ("12.5", 0, True, "balance: spent 0.00 USD of main (12.50 to 12.50) in "),
        ("1", 123, False, "balance: main: payg has 1.00 USD, below the minimum of 2.00"),
        ("", 122, False, "balance: agent was not started"),
    ):
        (at.home / "done").unlink(missing_ok=True)
        with says(at, amount):
            ended = run(at, ["sh", "-c", recipe("overnight")])
        assert (ended.code, done(at)) == (code, ["agent --overnight"] if started else [])
        assert why in ended.err
        assert json.loads((at.home / "spent.json").read_text())["exit_code"] == code


def test_the_bash_prompt_asks_once_and_shows_the_amount_each_time(at: Balance) -> None:
    env = {**at.environment(), "TERM": "xterm"}
    (at.home / ".bashrc").write_text(recipe("prompt"))
    with says(at, "12.5", "4") as stub:
        with Terminal(["bash", "--noprofile", "-i"], env) as terminal:
            terminal.until("12.50 USD")
            terminal.type("\r")
            wait(lambda: terminal.read(0.1) and terminal.text.count("12.50 USD") >= 2)
            terminal.type("exit\r")
            terminal.end()
        assert len(stub.asked) == 1


def test_the_ci_recipe_runs_the_step_only_while_there_is_enough(at: Balance) -> None:
    (at.home / "Makefile").write_text("evaluation:\n\t@./job evaluation\n")
    need("make")
    for amount, code, jobs in (("12.5", 0, ["job evaluation"]), ("1", 123, [])):
        (at.home / "done").unlink(missing_ok=True)
        with says(at, amount):
            ended = run(at, ["sh", "-c", recipe("ci-run")])
        assert (ended.code, done(at)) == (code, jobs)


def test_the_prompt_recipe_shows_what_cron_recorded(at: Balance) -> None:
    (at.home / ".cache").mkdir()
    prompt = tomllib.loads(recipe("starship"))["custom"]["balance"]
    for amount, code, shown in (("12.5", 0, ""), ("4", 3, "main low 4 USD"), ("", 4, "main unknown - -")):
        with says(at, amount):
            assert crontab(at, recipe("prompt-cron")) == Ended(code=code, out="", err="")
        when = run(at, [*prompt["shell"], "-c", prompt["when"]])
        command = run(at, [*prompt["shell"], "-c", prompt["command"]])
        assert (when.code == 0) == bool(shown)
        assert command == Ended(code=0, out=f"{shown}\n" if shown else "", err="")
    (at.home / ".cache" / "balance.txt").unlink()
    assert run(at, [*prompt["shell"], "-c", prompt["when"]]).code != 0
