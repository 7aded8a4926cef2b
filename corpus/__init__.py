"""What may be said: explainers, sources, glossary."""
