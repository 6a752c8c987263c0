"""Show what a history recorded: in words, tables, documents and charts."""
