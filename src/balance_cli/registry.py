"""Find providers and output formats by their file names: the folder is the registry."""

import os
from pathlib import Path


def stems(folder: str) -> list[str]:
    """Return the module names in a package folder, sorted, without private ones (leading underscore)."""
    files = os.listdir(Path(__file__).with_name(folder))  # noqa: PTH208 - half the cost, on every start
    return sorted(file[:-3] for file in files if file.endswith(".py") and not file.startswith("_"))
