"""Guidance cards and emergency numbers, and the code that picks them."""
