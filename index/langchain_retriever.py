"""The index as a LangChain retriever, for chains and tools that speak that interface."""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from index.retriever import Hit, Index

_METADATA = {"document", "version", "title", "section", "start", "end", "regions"}


class PassageRetriever(BaseRetriever):
    """Passages as LangChain documents: the body as content, place and scores as metadata."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index
    k: int = 5
    region: str | None = None

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - part of the interface
    ) -> list[Document]:
        return [as_document(hit) for hit in self.index.search(query, self.k, self.region)]


def as_document(hit: Hit) -> Document:
    """A hit as a LangChain document; `start` and `end` are offsets of its document's canonical text."""
    passage = hit.passage
    metadata = passage.model_dump(include=_METADATA)
    scores = {"score": hit.score, "cosine": hit.cosine, "best_cosine": hit.best_cosine, "bm25": hit.bm25}
    return Document(id=passage.id, page_content=passage.text, metadata=metadata | scores)
