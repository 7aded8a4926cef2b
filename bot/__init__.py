"""One turn: a family's message in, a reply out."""
