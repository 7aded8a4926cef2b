"""Finding passages: dense and lexical search, fused."""
