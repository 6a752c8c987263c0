"""Soak test: many runs, 50 at once, against random faults: `SOAK=2000 pytest -n0 -s tests/test_soak.py`."""

import os
import random
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pytest

from balance_cli.exits import Exit
from conftest import KEY, Balance
from faults import Script, listening, raw, says, silence, trickle

RUNS: Final = int(os.environ.get("SOAK", "0"))
TIMEOUT: Final = 10.0
FAULTS: Final[list[tuple[Script, Exit]]] = [
    (says('{"code": 200, "msg": "", "data": 9}'), Exit.OK),
    (says('{"code": 200, "msg": "", "data": 4.99}'), Exit.LOW),
    (says('{"code": 401, "msg": "no", "data": null}'), Exit.UNKNOWN),
    (says("<html>", "200 OK", "content-type: text/html"), Exit.UNKNOWN),
    (says("", "404 Not Found"), Exit.UNKNOWN),
    (says("", "503 No", "retry-after: 60"), Exit.UNKNOWN),
    (raw(b"\0garbage\r\n\r\n", close=True), Exit.UNKNOWN),
    (trickle(b"HTTP/1.1 200 OK\r\n", b"x: y\r\n", every=0.2), Exit.UNKNOWN),
    (silence, Exit.UNKNOWN),
]


@pytest.mark.skipif(not RUNS, reason="started with SOAK=2000")
def test_every_verdict_is_right_and_no_file_is_left_behind(balance: Balance, tmp_path: Path) -> None:
    balance.env.update({"TEST_KEY": KEY, "TMPDIR": str(tmp_path / "temporary")})
    (tmp_path / "temporary").mkdir()
    servers = [listening(script) for script, _ in FAULTS]
    open_servers = [server.__enter__() for server in servers]

    def one(number: int) -> tuple[int, Exit, float]:
        chosen = random.Random(number).randrange(len(FAULTS))  # noqa: S311 - reproducible draws
        file = balance.home / f"{number}.toml"
        file.write_text(
            f'[profiles.main]\nprovider = "apikley"\nkey_env = "TEST_KEY"\nbase_url = "{open_servers[chosen].url}"\n'
        )
        began = time.monotonic()
        command: list[Any] = [balance.program, "check", "-q", "--min", "5", "--timeout", str(TIMEOUT), "--config", file]
        done = subprocess.run(command, env=balance.environment(), capture_output=True, check=False)
        file.unlink()
        return done.returncode, FAULTS[chosen][1], time.monotonic() - began

    with ThreadPoolExecutor(50) as pool:
        results = list(pool.map(one, range(RUNS)))
    for server in servers:
        server.__exit__(None, None, None)
    assert [result for result in results if result[0] != result[1]] == []
    slowest = max(seconds for _, _, seconds in results)
    print(f"{RUNS} runs, the slowest took {slowest:.2f} s")  # noqa: T201 - the result of the soak test
    assert list((tmp_path / "temporary").iterdir()) == []
    assert list(balance.home.iterdir()) == [tmp_path / "temporary"]
