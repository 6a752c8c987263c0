"""Claude: the windows of a plan, as Claude Code last reported them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from balance_cli.claude import load
from balance_cli.errors import Unreachable
from balance_cli.provider import Api, Balances, Misconfigured, provider
from balance_cli.times import format_relative
from balance_cli.values import parse_seconds

_STALE: Final = "15m"
_HINT: Final = "send a message in Claude Code in a terminal; headless runs (claude -p) report nothing"


def _verify(table: Mapping[str, Any]) -> Iterable[str]:
    try:
        parse_seconds(table.get("stale_after", _STALE))
    except ValueError as error:
        yield f"stale_after {error}"


@provider(
    name="Claude",
    group="plan",
    docs="https://code.claude.com/docs/en/statusline",
    env=(),
    base="https://claude.ai",
    balances={"weekly": "percent", "5 hours": "percent"},
    key="",
    options={
        "config_dir": "the folder of Claude Code's settings, like CLAUDE_CONFIG_DIR, to choose an account",
        "stale_after": "how old a report may be (default 15m)",
    },
    verify=_verify,
    top_up="https://claude.ai/settings/usage",
)
def claude(api: Api) -> Balances:
    """The windows of a Pro, Max or Team plan, as Claude Code last reported them to `balance statusline`.

    Nothing is requested and no token is read: the vendor reserves the token of a login for its own programs.
    """
    kept = load(api.environment, api.options.get("config_dir"))
    if kept is None:
        hint = "make `balance statusline` its status line, as README.md says, and send a message"
        raise Misconfigured("Claude Code has reported nothing yet", hint=hint)
    age = (api.now - kept.read_at).total_seconds()
    if abs(age) > parse_seconds(api.options.get("stale_after", _STALE)):
        raise Unreachable(f"Claude Code last reported {format_relative(kept.read_at, api.now)}", hint=_HINT)
    for window in kept.windows:
        if window.resets_at is None or window.resets_at <= api.now:
            raise Unreachable(f"{window.name} has reset since Claude Code last reported", hint=_HINT)
    yield from kept.windows
