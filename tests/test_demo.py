"""`balance demo`: a complete example on this machine, and a server to try things with."""

import subprocess
import time
from pathlib import Path

from balance_cli.exits import Exit
from conftest import Balance
from terminal import Terminal


def test_the_demo_shows_each_status_and_names_the_exit_code(balance: Balance) -> None:
    ended = balance("demo", env={"HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"})
    assert ended.code == Exit.OK
    assert ended.err == ""
    for words in ("12.50 USD", "3.25 USD", "unlimited", "HTTP 503", "It exits with 3 (low)"):
        assert words in ended.out
    assert sorted(file.name for file in balance.home.rglob("*")) == []


def test_demo_serve_prints_a_config_that_works(balance: Balance, tmp_path: Path) -> None:
    file = tmp_path / "demo.toml"
    with (
        file.open("wb") as out,
        subprocess.Popen(
            [balance.program, "demo", "--serve"], stdout=out, stderr=subprocess.PIPE, env=balance.environment()
        ) as server,
    ):
        assert server.stderr
        assert b"serving on http://127.0.0.1:" in server.stderr.readline()
        codes = [balance("check", *names, "--config", str(file)).code for names in ([], ["agents", "relay"], ["video"])]
        verified = balance("config", "check", "--config", str(file))
        line = file.read_text().partition("\n")[0].removeprefix("# balance ")
        tried = balance(*line.split())
        server.terminate()
    assert codes == [Exit.LOW, Exit.OK, Exit.UNKNOWN]
    assert verified.code == Exit.OK
    assert line.endswith(" check")
    assert tried.code == Exit.LOW
    assert not Path(line.split()[1]).exists()
    assert server.returncode == Exit.TERMINATED


def test_on_a_terminal_demo_serve_prints_only_the_line_to_try(balance: Balance) -> None:
    with Terminal([balance.program, "demo", "--serve"], balance.environment()) as terminal:
        line = terminal.until("in another terminal").splitlines()[0]
        assert balance(*line.split()[1:]).code == Exit.LOW
        assert "[profiles" not in terminal.text


def test_a_port_in_use_is_reported(balance: Balance) -> None:
    with subprocess.Popen(
        [balance.program, "demo", "--serve"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=balance.environment()
    ) as server:
        assert server.stderr
        port = server.stderr.readline().split(b"127.0.0.1:")[1].split()[0].decode()
        time.sleep(0.1)
        ended = balance("demo", "--port", port)
        server.terminate()
    assert ended.code == Exit.MISCONFIGURED
    assert f"cannot use port {port}" in ended.err
