"""Record balances when the user asks for it, and estimate how long they will last."""
