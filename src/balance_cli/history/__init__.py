"""Record balances when the user asks for it, and read them back."""
