"""Search by sentence embeddings, where the model is on this machine."""

import numpy as np
import pytest

from infomax.app.page.papers.meaning import ALIKE, MEANING, UNLIKE, MeaningRanker, encoder
from infomax.app.page.papers.search import SearchIndex
from infomax.papers.catalogue import load_catalogue

DIRECTIONS = {"cat": (1.0, 0.0), "feline": (0.8, 0.6), "bridge": (0.0, 1.0), "kitten": (1.0, 0.0)}


class Encoder:
    """Embeds a text by its first word, and counts."""

    def __init__(self):
        self.seen = []

    def __call__(self, texts):
        self.seen += texts
        return np.array([DIRECTIONS[text.split()[0]] for text in texts], dtype=np.float32)


def test_closed_form_the_score_is_of_cosine_and_words(tmp_path):
    texts = ["cat", "feline", "bridge"]
    ranker = MeaningRanker(texts, texts, encode=Encoder(), kept=tmp_path / "kept.npz")
    likeness = (0.8 - UNLIKE) / (ALIKE - UNLIKE)
    np.testing.assert_allclose(
        ranker.scores("kitten"), [MEANING, MEANING * min(1, likeness), 0.0], atol=1e-6
    )
    np.testing.assert_allclose(
        ranker.scores("bridge"),
        [0.0, MEANING * min(1, (0.6 - UNLIKE) / (ALIKE - UNLIKE)), 1.0],
        atol=1e-6,
    )


def test_what_was_embedded_at_an_earlier_start_is_read(tmp_path):
    kept, first, second = tmp_path / "kept.npz", Encoder(), Encoder()
    MeaningRanker(["cat", "bridge"], ["cat", "bridge"], encode=first, kept=kept)
    assert first.seen == ["cat", "bridge"]
    MeaningRanker(["feline", "cat"], ["feline", "cat"], encode=second, kept=kept)
    assert second.seen == ["feline"]


@pytest.mark.parametrize("content", [b"", b"cut short", b"PK\x03\x04 cut"])
def test_a_damaged_file_of_embeddings_is_made_anew(tmp_path, content):
    kept, encode = tmp_path / "kept.npz", Encoder()
    kept.write_bytes(content)
    MeaningRanker(["cat"], ["cat"], encode=encode, kept=kept)
    assert encode.seen == ["cat"]


def test_without_the_model_the_page_searches_by_words(serve, monkeypatch):
    monkeypatch.setattr("infomax.app.page.state.encoder", lambda: None)
    page = serve().client.app.state.page
    assert not page.search_by_meaning()
    assert page.index.search("influence in networks")


def test_without_transformers_there_is_no_encoder(monkeypatch):
    monkeypatch.setattr("infomax.app.page.papers.meaning.find_spec", lambda _name: None)
    assert encoder() is None


@pytest.mark.slow
def test_a_description_without_a_word_in_common_finds_its_paper(tmp_path):
    pytest.importorskip("transformers")
    encode = encoder()
    if encode is None:
        pytest.skip("infomax data get minilm")
    entries = [load_catalogue()[slug] for slug in ("cim", "typical", "slim", "rlmrec", "mec-b")]
    index = SearchIndex(
        entries,
        lambda words, prose: MeaningRanker(words, prose, encode=encode, kept=tmp_path / "kept.npz"),
    )
    assert index.search("viral marketing")[0].slug == "cim"
    assert index.search("suggest movies from what viewers wrote")[0].slug == "rlmrec"
    assert SearchIndex(entries).search("viral marketing") == []
