"""The completion script for fish."""

from collections.abc import Iterator, Sequence

from balance_cli.shells import PROFILES, Command, Option, valued, words


def script(commands: Sequence[Command]) -> str:
    """Return the script; profile names have their provider as description."""
    options = valued(commands)
    groups = " ".join(f"'{' '.join(c.path)}'" for c in commands if c.commands and c.path)
    lines = "\n".join(line for command in commands for line in _lines(command))
    return f"""# fish completion for balance; printed by the program, do not edit
# Put it into ~/.config/fish/completions/balance.fish

function __balance_profiles
    set -l file $BALANCE_CONFIG
    set -l words (commandline -opc)
    if set -l at (contains -i -- --config $words); and set -q words[(math $at + 1)]
        set file (string replace -r '^~' $HOME $words[(math $at + 1)])
    end
    if test -z "$file"
        set file ~/.config/balance/config.toml
        set -q XDG_CONFIG_HOME; and set file $XDG_CONFIG_HOME/balance/config.toml
        test (uname -s) = Darwin; and set file "$HOME/Library/Application Support/balance/config.toml"
    end
    test -f "$file" -a -r "$file"; or return 0
    command awk '{PROFILES.replace(chr(92), chr(92) * 2)}' "$file" 2>/dev/null
end

function __balance_at
    set -l at
    set -l skip
    for word in (commandline -opc)[2..-1]
        if test -n "$skip"
            set skip
        else if contains -- $word {" ".join(options)}
            set skip yes
        else if not string match -q -- '-*' $word; and contains -- "$at" '' {groups}
            set at (string trim -- "$at $word")
        end
    end
    test "$at" = "$argv"
end

complete -c balance -f
{lines}
"""


def _lines(command: Command) -> Iterator[str]:
    path = " ".join(command.path)
    here = f"complete -c balance -n '__balance_at {path}'" if path else "complete -c balance -n __balance_at"
    for name, text in command.commands:
        yield f"{here} -a {name} -d '{text}'"
    if command.takes:
        yield f"{here} {_offer(command.takes)}"
    for option in command.options:
        yield f"{here} {_option(option)}"


def _option(option: Option) -> str:
    names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
    value = (
        "" if option.takes is None else f" -x {_offer(option.takes)}".rstrip() if option.takes != "files" else " -r -F"
    )
    return f"{names}{value} -d '{option.help}'"


def _offer(kind: str) -> str:
    match kind:
        case "":
            return ""
        case "profiles":
            return "-a '(__balance_profiles)'"
        case "profiles or providers":
            return f"-a '(__balance_profiles) {' '.join(words('providers'))}'"
        case _:
            return f"-a '{' '.join(words(kind))}'"
