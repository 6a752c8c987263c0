"""`balance completion`: print the completion script of a shell."""

from balance_cli.environment import Environment
from balance_cli.shells import script


def completion(environment: Environment, shell: str) -> int:
    """Print the script; ``shell`` must be one of those in the folder shells."""
    return environment.emit(script(shell))
