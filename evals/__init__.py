"""Prove it: suites, scorers, runs and reports."""
