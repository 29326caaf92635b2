"""Search by one's own words, papers like one, and the docstrings behind it."""

import importlib

import numpy as np
import pytest

from infomax.app.page.papers.docstrings import documented_parts
from infomax.app.page.papers.ranking import WordRanker, stems
from infomax.app.page.papers.search import SearchIndex
from infomax.papers.catalogue import load_catalogue

CATALOGUE = load_catalogue()


@pytest.fixture(scope="module")
def index():
    return SearchIndex(list(CATALOGUE.values()))


@pytest.mark.parametrize(
    ("question", "slug"),
    [
        ("whom should I invite so that the news spreads furthest", "cim"),
        ("compress two random variables jointly with little randomness", "mec-b"),
        ("explore without any reward", "slim"),
        ("sampling words from a language model that are neither too likely nor too odd", "typical"),
    ],
)
def test_a_description_in_own_words_finds_its_paper(index, question, slug):
    assert slug in [hit.slug for hit in index.search(question)[:3]]


def test_a_hit_says_which_parts_it_leads_to(index):
    parts = index.search("influence of friends with a certificate")[0].parts
    assert any(part.name.startswith("selection.") and part.first_line for part in parts)


def test_words_that_nobody_uses_find_nothing(index):
    assert index.search("xyzzy plugh") == []
    assert index.search("") == []
    assert index.search("the of and") == []


def test_law_scores_fall_and_hits_are_unique(index):
    hits = index.search("information bottleneck for graphs")
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert len({hit.slug for hit in hits}) == len(hits)


def test_a_paper_is_not_like_itself_and_is_like_its_neighbours(index):
    assert "cim" not in index.like("cim")
    assert index.like("cim")[0] == "hetero-im"


def test_a_saved_search_wants_half_of_the_words(index):
    assert index.speaks_of("cim", "influence spread")
    assert index.speaks_of("cim", "")
    assert not index.speaks_of("cim", "molecule protein")
    assert not index.speaks_of("nothing", "influence")


@pytest.mark.parametrize("room", ["measures", "coding", "selection"])
def test_naive_twin_docstrings_read_from_files_are_those_of_the_objects(room):
    module = importlib.import_module(f"infomax.{room}")
    read = documented_parts()
    for name in module.__all__:
        line = (getattr(module, name).__doc__ or "").strip().split("\n")[0].rstrip(".")
        assert read[f"{room}.{name}"].first_line == line


def test_peer_scores_are_those_of_bm25_on_stems(index):
    texts = ["coupling of laws", "entropy of a law", "graphs and influence"]
    scores = WordRanker(texts).scores("law entropy")
    assert scores[1] == 1.0
    assert 0 < scores[0] < 1
    assert scores[2] == 0.0


def test_law_the_order_of_words_and_case_do_not_matter(index):
    one, other = (
        index._scores("Maximum entropy COUPLING")[0],
        index._scores("coupling entropy maximum")[0],
    )
    np.testing.assert_allclose(one, other)


def test_stems_drop_accents_and_small_words():
    assert stems("The Rényi entropies of it") == ["renyi", "entropi"]


def test_the_search_page_shows_hits_parts_and_a_way_to_subscribe(visit):
    text = visit.text("/search?q=influence+in+networks")
    assert "/papers/cim" in text
    assert "In the library" in text
    assert 'aria-label="Parts it leads to"' in text
    assert "/subscribe?q=influence%20in%20networks" in text
    assert "No paper answers" in visit.text("/search?q=xyzzy")
    assert "Describe what you want to do" in visit.text("/search")


def test_searches_that_come_too_often_are_told_to_wait(serve):
    visit = serve(
        rates={
            **dict.fromkeys(("sign-in", "subscribe", "run", "write"), "9/hour"),
            "search": "3/hour",
        }
    )
    answers = [visit.get("/search?q=entropy") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) == 3600
