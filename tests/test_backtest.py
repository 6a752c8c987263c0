"""The backtest of the forecast: what it prints, and that its worlds and the program agree where the future is plain."""

import json
import subprocess
import sys
from pathlib import Path


def backtest(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the backtest."""
    script = Path(__file__).with_name("benchmarks") / "foresight.py"
    return subprocess.run([sys.executable, script, *arguments], capture_output=True, text=True, check=False)


def test_the_backtest_finds_every_method_right_where_use_is_constant() -> None:
    ran = backtest("--quick", "--world", "constant", "--json")
    assert (ran.returncode, ran.stderr) == (0, "")
    document = json.loads(ran.stdout)
    assert len(document["moments"]) == 8
    for method, measures in document["groups"]["constant"].items():
        assert measures["error"] < 0.02, method
        assert abs(measures["bias"] - 1) < 0.02, method
        assert {measures["recall_2"], measures["recall_1"]} <= {1, None}, method
        assert measures["false_alarms_2"] == measures["false_alarms_1"] == 0, method


def test_the_backtest_prints_a_row_for_each_method_and_world() -> None:
    ran = backtest("--quick", "--world", "constant", "--markdown")
    assert (ran.returncode, ran.stderr) == (0, "")
    for start in ("| balance | 0 % | 1.00 |", "| 7-day mean | 0 % |", "| constant | 8 | 0 % |", "| all | 8 | 0 % |"):
        assert any(line.startswith(start) for line in ran.stdout.splitlines()), start


def test_the_backtest_names_its_worlds() -> None:
    ran = backtest("--world", "nothing")
    assert ran.returncode == 1
    assert "constant; even; office" in ran.stderr
