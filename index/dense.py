"""Dense search: inner products of normalised vectors, so every score is a cosine.

The FAISS index is flat. A corpus of explainers has a few thousand vectors: exact search takes less
than a millisecond, and refusals are calibrated on the scores, which must therefore be exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors
from index.errors import BUILD, IndexDamaged

Scores = NDArray[np.float32]


class DenseIndex:
    """Vectors of passages or of statements, searchable by cosine."""

    def __init__(self, faiss_index: Any) -> None:
        self._faiss = faiss_index

    @classmethod
    def of(cls, vectors: Vectors) -> DenseIndex:
        """An index over the rows of `vectors`, shape (n, dimension), each of length 1."""
        import faiss

        flat = faiss.IndexFlatIP(vectors.shape[1])
        flat.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(flat)

    @classmethod
    def read(cls, file: Path) -> DenseIndex:
        """Read what `write` wrote.

        Raises:
            IndexDamaged: it is not a FAISS index.
        """
        import faiss

        try:
            return cls(faiss.read_index(str(file)))
        except RuntimeError:
            raise IndexDamaged(f"{file} is not a FAISS index. Run `{BUILD} --force`") from None

    def write(self, file: Path) -> None:
        """Write to one file in FAISS's own format."""
        import faiss

        faiss.write_index(self._faiss, str(file))

    def __len__(self) -> int:
        return int(self._faiss.ntotal)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._faiss.d)

    def vectors(self) -> Vectors:
        """All vectors, shape (n, dimension)."""
        return np.asarray(self._faiss.reconstruct_n(0, len(self)), dtype=np.float32)

    def scores(self, query: Vectors) -> Scores:
        """Cosine of one query, shape (dimension,), with every vector, in their order: shape (n,)."""
        scores = np.zeros(len(self), dtype=np.float32)
        if len(self):
            values, positions = self._faiss.search(query.reshape(1, -1), len(self))
            scores[positions[0]] = values[0]
        return scores


def best_per_owner(scores: Scores, owners: Sequence[int] | NDArray[np.int64], count: int) -> Scores:
    """The highest score among the vectors of each owner: shape (count,); -1 for one with none."""
    best = np.full(count, -1.0, dtype=np.float32)
    np.maximum.at(best, np.asarray(owners, dtype=np.int64), scores)
    return best
