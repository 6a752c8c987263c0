"""The completion script for zsh."""

from collections.abc import Sequence

from balance_cli.shells import PROFILES, Command, patterns, places, valued, words


def script(commands: Sequence[Command]) -> str:
    """Return the script; profile names have their provider as description."""
    paths = [c.path for c in commands if c.path]
    known = "\n".join(f"            '{' '.join(p[:-1])}:{p[-1]}') at='{' '.join(p)}' ;;" for p in paths)
    values = "\n".join(f"            {patterns(at)}) {_offer(kind)} ;;" for kind, at in places(commands).items())
    after = "\n".join(_after(c) for c in commands)
    return f"""#compdef balance
# zsh completion for balance; printed by the program, do not edit
# Put it as _balance into a folder of $fpath.

_balance_profiles() {{
    local file=${{1:-${{BALANCE_CONFIG:-}}}}
    if [[ -z $file ]]; then
        file=${{XDG_CONFIG_HOME:-$HOME/.config}}/balance/config.toml
        [[ $OSTYPE == darwin* ]] && file="$HOME/Library/Application Support/balance/config.toml"
    fi
    [[ -f $file && -r $file ]] || return 0
    command awk '{PROFILES}' "$file" 2>/dev/null
}}

_balance() {{
    local at='' config='' skip='' word
    local -a offered
    for word in "${{(@)words[2,CURRENT-1]}}"; do
        if [[ -n $skip ]]; then
            [[ $skip == --config ]] && config=${{${{(Q)word}}/#\\~/$HOME}}
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
    if [[ -n $skip ]]; then
        case $at:$skip in
{values}
        esac
        return
    fi
    case $at in
{after}
    esac
}}

if [[ ${{funcstack[1]:-}} == _balance ]]; then
    _balance "$@"
else
    compdef _balance balance
fi
"""


def _after(command: Command) -> str:
    """Return what may follow the words that lead to a command."""
    options = " ".join(f"'{name}:{option.help}'" for option in command.options for name in option.names)
    described = " ".join(f"'{name}:{text}'" for name, text in command.commands)
    others = f"offered=({described}); _describe -t commands command offered" if described else ":"
    if command.takes:
        others = _offer(command.takes)
    return f"""        '{" ".join(command.path)}')
            if [[ $PREFIX == -* ]]; then
                offered=({options}); _describe -o -t options option offered
            else
                {others}
            fi ;;"""


def _offer(kind: str) -> str:
    match kind:
        case "files":
            return "_files"
        case "profiles" | "profiles or providers":
            profiles = "offered=(${${(f)\"$(_balance_profiles $config)\"}/$'\\t'/:})"
            described = f"{profiles}; _describe -t profiles profile offered"
            return described if kind == "profiles" else f"{described}; {_offer('providers')}"
        case _:
            return f"offered=({' '.join(words(kind))}); _describe -t values value offered"
