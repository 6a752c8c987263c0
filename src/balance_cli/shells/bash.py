"""The completion script for bash."""

from collections.abc import Sequence

from balance_cli.shells import PROFILES, Command, patterns, places, valued, words


def script(commands: Sequence[Command]) -> str:
    """Return the script; it works from bash 3.2 on, and offers files where the shell can."""
    paths = [c.path for c in commands if c.path]
    known = "\n".join(f"            '{' '.join(p[:-1])}:{p[-1]}') at='{' '.join(p)}' ;;" for p in paths)
    after = "\n".join(_after(c) for c in commands)
    values = "\n".join(f"            {patterns(at)}) {_offer(kind)} ;;" for kind, at in places(commands).items())
    return f"""# bash completion for balance; printed by the program, do not edit
# Put it where bash-completion looks (~/.local/share/bash-completion/completions/balance), or source it.

_balance_profiles() {{
    local file=${{1:-${{BALANCE_CONFIG:-}}}}
    if [ -z "$file" ]; then
        file=${{XDG_CONFIG_HOME:-$HOME/.config}}/balance/config.toml
        [ "$(uname -s)" = Darwin ] && file="$HOME/Library/Application Support/balance/config.toml"
    fi
    [ -f "$file" ] && [ -r "$file" ] || return 0
    command awk '{PROFILES}' "$file" 2>/dev/null | cut -f 1
}}

_balance() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} at='' config='' skip='' offered='' i word IFS=$' \\t\\n'
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${{COMP_WORDS[i]}}
        if [ -n "$skip" ]; then
            [ "$skip" = --config ] && config=${{word/#\\~/$HOME}}
            skip=''
            continue
        fi
        case $word in
            {"|".join(valued(commands))}) skip=$word; continue ;;
            -*) continue ;;
        esac
        case $at:$word in
{known}
        esac
    done
    if [ -n "$skip" ]; then
        case $at:$skip in
{values}
        esac
    else
        case $at in
{after}
        esac
    fi
    COMPREPLY=($(compgen -W "$offered" -- "$cur"))
}}

complete -F _balance balance
"""


def _after(command: Command) -> str:
    """Return what may follow the words that lead to a command: options after a dash, else commands or names."""
    options = " ".join(name for option in command.options for name in option.names)
    others = f"offered='{' '.join(name for name, _ in command.commands)}'"
    if command.takes:
        others = _offer(command.takes)
    return f"            '{' '.join(command.path)}') case $cur in -*) offered='{options}' ;; *) {others} ;; esac ;;"


def _offer(kind: str) -> str:
    if kind == "files":
        return "compopt -o default 2>/dev/null; return 0"
    if kind.startswith("profiles"):
        others = f"{' '.join(words('providers'))} " if kind != "profiles" else ""
        return f'offered="{others}$(_balance_profiles "$config")"'
    return f"offered='{' '.join(words(kind))}'"
