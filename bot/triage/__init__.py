"""Red flags: found first on every turn, by rules that need nothing else to work."""
