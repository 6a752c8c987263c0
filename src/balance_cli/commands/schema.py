"""`balance schema`: print the JSON Schema of `balance check --json`."""

import json

from balance_cli.environment import Environment
from balance_cli.render._schema import schema as document


def schema(environment: Environment) -> int:
    """Print the schema."""
    return environment.emit(json.dumps(document(), indent=2) + "\n")
