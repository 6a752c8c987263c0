"""`pytest --new ID`: write the two files of a new provider from the template in README.md."""

import re
from keyword import iskeyword
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
TEMPLATE: Final = re.compile(r"<!-- template: (\S+) -->\n```[a-z]+\n(.*?)```\n", re.DOTALL)
NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", re.ASCII)


def templates(root: Path = ROOT) -> dict[str, str]:
    """Return the files of the example provider Acme, by path."""
    return dict(TEMPLATE.findall((root / "README.md").read_text("utf-8")))


def write(name: str, root: Path = ROOT) -> list[Path]:
    """Write a provider's two files and return them; raises ValueError for a bad id, and never overwrites a file."""
    stem = name.replace("-", "_")
    if not NAME.fullmatch(name) or iskeyword(stem):
        raise ValueError(f'"{name}" is not an id: use lowercase letters, digits and dashes, like acme-ai')
    files = {
        root / path.replace("acme", stem if path.endswith(".py") else name): fill(text, name)
        for path, text in templates(root).items()
    }
    if there := [file for file in files if file.exists()]:
        raise ValueError(f"{there[0].relative_to(root)} exists: choose another id, or remove the file first")
    for file, text in files.items():
        file.write_text(text, "utf-8")
    return list(files)


def fill(text: str, name: str) -> str:
    """Fill in a template with this provider's id in place of Acme's."""
    stem = name.replace("-", "_")
    title = " ".join(map(str.capitalize, name.split("-")))
    words = {"def acme": f"def {stem}", "ACME": stem.upper(), "Acme": title, "acme": name}
    return re.sub("|".join(words), lambda found: words[found[0]], text)
