"""Is there enough left? Reads the balances of API providers and judges them."""

__version__ = "0.1.0"
