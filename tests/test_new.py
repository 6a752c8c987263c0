"""`pytest --new`: the template in README.md is a working provider except for its placeholders."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from new import ROOT, templates, write

UNTOUCHED = "acme-ai: fill in docs, base and origin, which the template has made up"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of the parts of this repository that are needed to add a provider."""
    for name in ("src", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def run(clone: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a module in the clone."""
    env = {**os.environ, "PYTHONPATH": str(clone / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=clone, env=env, capture_output=True, text=True, check=False
    )


def run_tests(clone: Path) -> str:
    """Return the output of the tests of the new provider."""
    return run(clone, "pytest", "-n0", "-pno:cacheprovider", "tests/test_providers.py", "-k", "acme-ai").stdout


def test_a_new_provider_fails_only_for_its_placeholders(clone: Path) -> None:
    made = run(clone, "pytest", "--new", "acme-ai")
    adapter, script = clone / "src/balance_cli/providers/acme_ai.py", clone / "tests/providers/acme-ai.json"
    assert made.returncode == 0, made.stdout + made.stderr
    assert made.stdout.splitlines()[-1] == "next: pytest tests/test_providers.py -k acme-ai"
    assert 'name="Acme Ai"' in adapter.read_text("utf-8")
    assert 'env=("ACME_AI_API_KEY",)' in adapter.read_text("utf-8")
    if importlib.util.find_spec("ruff"):
        for command in (["check"], ["format", "--check"]):
            assert run(clone, "ruff", *command, str(adapter)).returncode == 0
    ended = run_tests(clone)
    assert UNTOUCHED in ended
    assert re.search(r" 1 failed, \d+ passed, ", ended)
    for file in (adapter, script):
        file.write_text(file.read_text("utf-8").replace(".example", ".test"), "utf-8")
    assert re.search(r" \d+ passed, \d+ deselected", run_tests(clone))


def test_a_case_without_balances_prints_them_ready_to_paste(clone: Path) -> None:
    assert run(clone, "pytest", "--new", "acme-ai").returncode == 0
    file = clone / "tests/providers/acme-ai.json"
    script = json.loads(file.read_text("utf-8"))
    first, second = script["cases"]
    wanted = first.pop("balances")
    del second["error"]
    file.write_text(json.dumps(script), "utf-8")
    ended = run_tests(clone)
    pasted = re.search(r'^      "balances": \[\n.*?^      \]$', ended, re.DOTALL | re.MULTILINE)
    assert pasted, ended
    assert json.loads(f"{{{pasted[0]}}}") == {"balances": wanted}
    assert '\n      "error": {"kind": "rejected", "message": "HTTP 401: Invalid API key"}\n' in ended


def test_existing_files_are_not_overwritten(clone: Path) -> None:
    write("acme-ai", clone)
    (clone / "src/balance_cli/providers/acme_ai.py").unlink()
    again = run(clone, "pytest", "--new", "acme-ai")
    assert again.returncode == pytest.ExitCode.USAGE_ERROR
    assert "tests/providers/acme-ai.json exists" in again.stderr
    assert not (clone / "src/balance_cli/providers/acme_ai.py").exists()


@pytest.mark.parametrize("name", ["", "Acme", "acme_ai", "-acme", "acme--ai", "302", "../acme", "lambda"])
def test_an_invalid_id_is_rejected(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="is not an id"):
        write(name, tmp_path)


def test_the_template_has_an_adapter_and_its_cases() -> None:
    assert list(templates()) == ["src/balance_cli/providers/acme.py", "tests/providers/acme.json"]
