"""`balance schema`: print the JSON Schema of `balance check --json`."""

import json

from balance_cli.out import emit
from balance_cli.render._schema import schema as document


def schema() -> int:
    """Print the schema."""
    return emit(json.dumps(document(), indent=2) + "\n")
