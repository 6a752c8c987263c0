"""The completion script for PowerShell."""

from collections.abc import Iterable, Sequence

from balance_cli.shells import Command, places, valued, words


def script(commands: Sequence[Command]) -> str:
    """Return the script."""
    values = "\n".join(f"        '{place}' = {_offer(kind)}" for kind, at in places(commands).items() for place in at)
    after = "\n".join(f"        '{' '.join(c.path)}' = {_after(c)}" for c in commands)
    options = "\n".join(
        f"        '{' '.join(c.path)}' = {_list(name for option in c.options for name in option.names)}"
        for c in commands
    )
    return f"""# PowerShell completion for balance; printed by the program, do not edit
# Source it from $PROFILE.

Register-ArgumentCompleter -Native -CommandName balance -ScriptBlock {{
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object {{ "$_" }})
    if ($wordToComplete -and $words.Count -gt 0) {{ $words = @($words | Select-Object -SkipLast 1) }}
    $config = $env:BALANCE_CONFIG
    if (-not $config) {{
        $config = if ($env:LOCALAPPDATA) {{ "$env:LOCALAPPDATA/balance/balance/config.toml" }}
            else {{ "$HOME/.config/balance/config.toml" }}
    }}
    $profiles = @()
    $valued = {_list(valued(commands))}
    $options = @{{
{options}
    }}
    $at = ''
    $skip = ''
    foreach ($word in $words) {{
        if ($skip) {{
            if ($skip -eq '--config') {{ $config = $word }}
            $skip = ''
        }} elseif ($valued -ccontains $word) {{
            $skip = $word
        }} elseif ($options.ContainsKey("$at $word".Trim())) {{
            $at = "$at $word".Trim()
        }}
    }}
    if (Test-Path -LiteralPath $config -PathType Leaf) {{
        $header = '^\\s*\\[\\s*profiles\\s*\\.\\s*["\'\']?([A-Za-z0-9][A-Za-z0-9._-]*)["\'\']?\\s*\\]'
        $profiles = @(Select-String -LiteralPath $config -Pattern $header -ErrorAction SilentlyContinue |
            ForEach-Object {{ $_.Matches[0].Groups[1].Value }})
    }}
    $values = @{{
{values}
    }}
    $after = @{{
{after}
    }}
    $offered = if ($skip) {{ $values["${{at}}:$skip"] }}
        elseif ($wordToComplete -like '-*') {{ $options[$at] }}
        else {{ $after[$at] }}
    $offered | Where-Object {{ $_ -and $_.StartsWith($wordToComplete) }} | ForEach-Object {{
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }}
}}
"""


def _after(command: Command) -> str:
    """Return what may follow the words that lead to a command."""
    return _offer(command.takes) if command.takes else _list(name for name, _ in command.commands)


def _offer(kind: str) -> str:
    match kind:
        case "files":
            return "@()"
        case "profiles":
            return "$profiles"
        case "profiles or providers":
            return f"$profiles + {_list(words('providers'))}"
        case _:
            return _list(words(kind))


def _list(names: Iterable[str]) -> str:
    quoted = [f"'{name}'" for name in names]
    return f"@({', '.join(quoted)})"
