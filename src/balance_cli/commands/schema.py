"""`balance schema`: the JSON Schema of the document that `balance check --json` prints."""

import json

from balance_cli.out import emit
from balance_cli.schema import schema as document


def schema() -> int:
    """Print the schema."""
    return emit(json.dumps(document(), indent=2) + "\n")
