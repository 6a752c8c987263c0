"""What balances were: recorded where the user asks for it, and what follows for how long they will last."""
