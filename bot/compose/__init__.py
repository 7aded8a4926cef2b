"""Answers made of sentences the corpus holds, and the check that it does."""
