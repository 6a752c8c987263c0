"""What the past of a balance says about its future. No storage, no printing."""
