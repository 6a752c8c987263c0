"""The files of a folder are its registry: providers and output formats are found by their names."""

import os
from pathlib import Path


def stems(folder: str) -> list[str]:
    """Return the names of a package folder's own modules, sorted, without those that begin with an underscore."""
    files = os.listdir(Path(__file__).with_name(folder))  # noqa: PTH208 - half the cost, at every start
    return sorted(file[:-3] for file in files if file.endswith(".py") and not file.startswith("_"))
