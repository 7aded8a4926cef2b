"""Searching with the real model: what is found, and the scores that come with it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from corpus.model import GlossaryTerm
from index.encoder import PACKAGED_SHA256, SentenceTransformerEncoder, model_folder, model_identity
from index.errors import EncoderError
from index.fusion import dense_evidence, fuse, min_max, top
from index.lexical import LexicalIndex
from index.retriever import Index
from index.synonyms import Synonyms
from index.words import terms_of

GLOSSARY = [
    GlossaryTerm(term="seizure", meaning="x", synonyms=("a fit", "convulsion")),
    GlossaryTerm(term="paracetamol", meaning="x", synonyms=("Calpol", "acetaminophen")),
    GlossaryTerm(term="CAR-T", meaning="x", synonyms=("living drug",)),
]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("when is it a fever", "fever#what-counts-as-a-fever-after-car-t"),
        ("is calpol ok if he's hot", "fever#can-i-give-paracetamol-for-a-fever"),
        ("can she go to class again", "home#when-can-my-child-go-back-to-school"),
        ("which programme washes towels", "long#is-this-a-long-section"),
    ],
)
def test_the_right_passage_comes_first(index: Index, query: str, expected: str) -> None:
    assert index.search(query, 3)[0].passage.id.partition("/")[0] == expected


@pytest.mark.parametrize("region", ["uk", "us"])
def test_a_chosen_region_comes_before_others(index: Index, region: str) -> None:
    first = index.search("how long must we stay near the hospital", 2, region)[0]
    assert first.passage.regions == (region,)


def test_scores_are_cosines_of_the_texts(index: Index, encoder: SentenceTransformerEncoder) -> None:
    query = "what shows an infection of the central line"
    vector = encoder.encode_queries([query])[0]
    for hit in index.search(query, 10):
        expected = encoder.encode_passages([hit.passage.embedded_text, *hit.passage.unit_texts]) @ vector
        found = [hit.cosine, hit.heading_cosine, *(scored.cosine for scored in hit.statements)]
        assert np.allclose(found, expected, atol=1e-4)
        assert hit.best_cosine == pytest.approx(max(found[1:]))
    assert index.search(query, 1)[0].statements[-1].cosine > 0.5


def test_a_question_about_nothing_here_has_low_cosines(index: Index) -> None:
    best = index.search("who won the world cup in 1966", 1)[0]
    assert max(best.cosine, best.best_cosine) < 0.3


@pytest.mark.parametrize("query", ["", "   ", "\n"])
def test_an_empty_query_finds_nothing(index: Index, query: str) -> None:
    assert index.search(query) == []


@pytest.mark.parametrize(
    "query", ["?", "🌙", "the and of", "x" * 5000, "\u202e\x00", "Что это?", "a " * 3000]
)
def test_any_text_is_searched_without_error(index: Index, query: str) -> None:
    assert all(-1.01 <= hit.cosine <= 1.01 for hit in index.search(query))


def test_searching_from_several_threads_gives_the_same(index: Index) -> None:
    queries = ["a fever at night", "going back to school", "near the hospital", "towels"] * 5
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda query: index.search(query, 3), queries))
    for query, hits in zip(queries, together, strict=True):
        assert [hit.passage.id for hit in hits] == [hit.passage.id for hit in index.search(query, 3)]


def test_the_langchain_retriever_returns_the_same_passages(index: Index) -> None:
    documents = index.as_retriever(k=2, region="uk").invoke("how long must we stay near the hospital")
    hits = index.search("how long must we stay near the hospital", 2, "uk")
    assert [document.id for document in documents] == [hit.passage.id for hit in hits]
    first = documents[0]
    assert first.page_content == hits[0].passage.text
    assert first.metadata["start"] == hits[0].passage.start
    assert first.metadata["cosine"] == hits[0].cosine


def test_synonyms_widen_and_rewrite_a_query() -> None:
    synonyms = Synonyms(GLOSSARY)
    assert (
        synonyms.rewritten("She had a fit, can I give Calpol?") == "She had seizure, can I give paracetamol?"
    )
    assert synonyms.rewritten("Is CART a living drug") == "Is CAR-T a CAR-T"
    assert synonyms.rewritten("two seizures") is None
    assert synonyms.rewritten("is she fit for school") is None
    assert set(synonyms.extra_terms("what is a convulsion")) == {"seizur", "fit"}


def test_lexical_terms_and_scores() -> None:
    assert terms_of("How does CAR-T work for my son's B cells?") == terms_of("how does cart work for B cell")
    lexical = LexicalIndex.of(["wash the towels", "a fever at night"])
    assert lexical.scores(terms_of("fevers"))[1] > lexical.scores(terms_of("fevers"))[0] == 0
    assert lexical.scores(["unheard"]).tolist() == [0, 0]
    assert lexical.scores([]).tolist() == [0, 0]


def test_fusion_by_hand() -> None:
    dense = np.array([0.2, 0.6, 0.4], dtype=np.float32)
    bm25 = np.array([3.0, 0.0, 0.0], dtype=np.float32)
    assert min_max(dense).tolist() == pytest.approx([0, 1, 0.5])
    assert min_max(np.zeros(2, dtype=np.float32)).tolist() == [0, 0]
    assert fuse(dense, bm25, 0.6).tolist() == pytest.approx([0.4, 0.6, 0.3])
    assert dense_evidence(dense, dense + 0.2).tolist() == pytest.approx([0.3, 0.7, 0.5])
    assert top(np.array([1.0, 2.0, 2.0], dtype=np.float32), 2) == [1, 2]


def test_the_packaged_weights_are_the_ones_expected() -> None:
    assert model_identity(None).sha256 == PACKAGED_SHA256


def test_any_folder_can_be_the_model(encoder: SentenceTransformerEncoder) -> None:
    other = SentenceTransformerEncoder(str(model_folder(None)), query_prefix="query: ")
    assert other.dimension == 384
    plain = encoder.encode_passages(["query: a fever"])
    assert np.allclose(other.encode_queries(["a fever"]), plain, atol=1e-5)


@pytest.mark.parametrize("model", ["no/such-model", "nowhere", "..", "a b/c d?"])
def test_a_model_that_is_not_here_is_named(model: str, tmp_path: Path) -> None:
    with pytest.raises(EncoderError) as caught:
        SentenceTransformerEncoder(model if model != ".." else str(tmp_path))
    assert "\n" not in str(caught.value)
