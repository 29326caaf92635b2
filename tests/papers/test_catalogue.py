"""The catalogue: complete and well-formed, refuses what is not, found by its words, cited."""

import importlib
import math
import re
import subprocess
import sys
from dataclasses import FrozenInstanceError, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.mathtext import MathTextParser

import infomax.papers
from infomax.papers.catalogue import (
    FIDELITIES,
    ROOMS,
    CatalogueEntry,
    UnknownPaperError,
    bibtex,
    built_slugs,
    catalogue,
    entry_of,
    load_catalogue,
    module_name,
    nearest_built,
    parse_catalogue,
    search,
)

ENTRIES = list(catalogue.values())
every_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.slug)

GOOD = {
    "slug": '"toy-code"',
    "title": '"A Toy Code"',
    "authors": '["Ada Example", "Bo Sample"]',
    "year": "2024",
    "arxiv": '"2401.00001"',
    "doi": '""',
    "code": '"https://example.org/toy"',
    "code_license": '"MIT"',
    "room": '"coding"',
    "fidelity": '"code"',
    "fidelity_note": '""',
    "summary": '"""\nOne line\nand another."""',
    "equation": "'H(X)'",
    "equation_plain": '"H(X)"',
    "parts": '["coding.toy"]',
    "claims_to_come": '["It holds."]',
    "keywords": '["toy"]',
    "added": "2026-11-24",
}


def toml(**changes: str | None) -> str:
    table = {**GOOD, **changes}
    return "[[paper]]\n" + "\n".join(f"{k} = {v}" for k, v in table.items() if v is not None) + "\n"


# The catalogue itself


def test_there_are_forty_six_papers_ordered_by_room_then_slug():
    assert len(catalogue) == len(set(catalogue)) == 46
    assert list(catalogue) == [e.slug for e in sorted(ENTRIES, key=lambda e: ROOMS.index(e.room))]
    for room in ROOMS:
        slugs = [entry.slug for entry in ENTRIES if entry.room == room]
        assert slugs
        assert slugs == sorted(slugs)


@pytest.mark.parametrize("name", ["title", "arxiv", "doi", "code", "summary", "equation"])
def test_no_two_papers_share_what_is_their_own(name):
    values = [getattr(entry, name) for entry in ENTRIES if getattr(entry, name)]
    assert len(values) == len(set(values))


@every_entry
def test_every_field_is_filled(entry):
    may_be_empty = {"arxiv", "doi", "code", "code_license", "fidelity_note"}
    for field in fields(CatalogueEntry):
        assert getattr(entry, field.name) or field.name in may_be_empty, field.name
    assert entry.room in ROOMS
    assert entry.fidelity in FIDELITIES
    assert 2015 <= entry.year <= entry.added.year


@every_entry
def test_identifiers_and_addresses_have_their_form(entry):
    assert entry.arxiv or entry.doi
    if entry.arxiv:
        assert re.fullmatch(r"\d{4}\.\d{4,5}", entry.arxiv)
        assert 0 <= entry.year - (2000 + int(entry.arxiv[:2])) <= 2
        assert 1 <= int(entry.arxiv[2:4]) <= 12
    if entry.code:
        assert re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+", entry.code)
    assert entry.url == (
        f"https://arxiv.org/abs/{entry.arxiv}" if entry.arxiv else f"https://doi.org/{entry.doi}"
    )


@every_entry
def test_authors_are_whole_names_without_et_al(entry):
    for author in entry.authors:
        assert re.fullmatch(r"[^\W\d_]+\.?([ '’-]+[^\W\d_]+\.?)+", author), author
        assert "et al" not in author
    assert len(set(entry.authors)) == len(entry.authors)


@every_entry
def test_prose_is_short_and_in_sentences(entry):
    assert 120 <= len(entry.summary) <= 700
    assert 2 <= len(re.findall(r"[.?](?:\s|$)", entry.summary)) <= 5
    assert 2 <= len(entry.claims_to_come) <= 4
    for text in (entry.summary, *entry.claims_to_come, *filter(None, [entry.fidelity_note])):
        assert text.endswith((".", ")."))
        assert "\n" not in text
        assert "  " not in text
    assert all(len(claim) <= 160 for claim in entry.claims_to_come)
    assert 4 <= len(entry.keywords) <= 10


@every_entry
def test_reconstructions_say_what_is_uncertain(entry):
    assert entry.fidelity_note or entry.fidelity != "reconstruction"


@every_entry
def test_parts_are_unique_and_the_room_brings_some(entry):
    assert len(set(entry.parts)) == len(entry.parts) >= 5
    assert any(part.startswith(f"{entry.room}.") for part in entry.parts)


@every_entry
def test_equations_can_be_set(entry):
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", entry.equation):
        depth += 1 if brace == "{" else -1
        assert depth >= 0
    assert depth == 0
    count = entry.equation.count
    assert len(re.findall(r"\\left\b", entry.equation)) == count(r"\right")
    assert "$" not in entry.equation
    assert MathTextParser("path").parse(f"${entry.equation}$").width > 0
    assert "\\" not in entry.equation_plain
    assert "\n" not in entry.equation_plain
    for opening, closing in ("()", "[]", "{}"):
        assert entry.equation_plain.count(opening) == entry.equation_plain.count(closing)


# Reading, and refusing


def test_a_well_formed_paper_is_read_and_its_prose_unwrapped():
    entry = parse_catalogue(toml())["toy-code"]
    assert entry.authors == ("Ada Example", "Bo Sample")
    assert entry.summary == "One line and another."
    assert (entry.year, entry.added.isoformat(), entry.is_built) == (2024, "2026-11-24", False)


def test_entries_and_the_catalogue_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        ENTRIES[0].year = 1  # type: ignore[misc]
    with pytest.raises(TypeError):
        load_catalogue()["toy"] = ENTRIES[0]  # type: ignore[index]
    assert load_catalogue() is load_catalogue()


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_field_is_refused_by_name(name):
    paper = "number 1" if name == "slug" else "toy-code"
    with pytest.raises(ValueError, match=rf"paper {paper}: .*missing fields \['{name}'\]"):
        parse_catalogue(toml(**{name: None}))


def test_an_unknown_field_is_refused_by_name():
    with pytest.raises(ValueError, match=r"paper toy-code: unknown fields \['venue'\]"):
        parse_catalogue(toml(venue='"NeurIPS"'))


def test_a_slug_that_comes_twice_is_refused():
    with pytest.raises(ValueError, match="paper toy-code: `slug` must be unique"):
        parse_catalogue(toml() + toml())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("slug", '"Toy Code"'),
        ("slug", "3"),
        ("title", '" "'),
        ("authors", "[]"),
        ("authors", '"Ada Example"'),
        ("authors", '["Ada Example", 3]'),
        ("authors", '[""]'),
        ("year", '"2024"'),
        ("year", "true"),
        ("arxiv", '"math/0102001"'),
        ("arxiv", '"2401.1"'),
        ("doi", '"https://doi.org/10.1/x"'),
        ("code", '"github.com/a/b"'),
        ("room", '"networks"'),
        ("room", '"Coding"'),
        ("fidelity", '"memory"'),
        ("summary", '""'),
        ("equation", '""'),
        ("equation_plain", '""'),
        ("parts", '["infomax.coding.toy"]'),
        ("parts", '["coding"]'),
        ("claims_to_come", "[]"),
        ("keywords", "[]"),
        ("added", '"2026-11-24"'),
        ("added", "2026-11-24T00:00:00"),
    ],
)
def test_an_ill_formed_field_is_refused_by_name(name, value):
    with pytest.raises(ValueError, match=rf"paper .*: `{name}` must"):
        parse_catalogue(toml(**{name: value}))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"arxiv": '""'}, "one of `arxiv` and `doi`"),
        ({"code": '""'}, "`code_license` needs `code`"),
        ({"fidelity": '"reconstruction"'}, "`fidelity_note` must say"),
    ],
)
def test_fields_that_do_not_go_together_are_refused(changes, message):
    with pytest.raises(ValueError, match=f"paper toy-code: {message}"):
        parse_catalogue(toml(**changes))


@pytest.mark.parametrize("text", ["", "paper = 3", "[papers.x]\n", "x = 1\n" + toml(), "[[paper"])
def test_a_file_that_is_no_catalogue_is_refused(text):
    with pytest.raises(ValueError, match=r"\[\[paper\]\] tables alone|Expected"):
        parse_catalogue(text)


# Looking up


def test_unknown_slugs_are_refused_with_near_misses():
    with pytest.raises(ValueError, match=r"`slug` must name .* 'mec_b'; did you mean 'mec-b'"):
        entry_of("mec_b")
    with pytest.raises(KeyError, match="'Hetero-IM'; did you mean 'hetero-im'"):
        catalogue["Hetero-IM"]
    with pytest.raises(UnknownPaperError, match=r"got 'zzzzzz'$"):
        catalogue["zzzzzz"]
    assert "nothing" not in catalogue
    assert catalogue.get("nothing") is None


def test_built_papers_are_discovered_without_being_imported(tmp_path, monkeypatch):
    before = built_slugs()
    assert "ithp" not in before
    (tmp_path / "ithp.py").write_text("raise RuntimeError('imported')\n")
    (tmp_path / "not_a_paper.py").write_text("")
    monkeypatch.setattr(infomax.papers, "__path__", [*infomax.papers.__path__, str(tmp_path)])
    importlib.invalidate_caches()
    assert catalogue["ithp"].is_built
    assert set(built_slugs()) == {*before, "ithp"}
    assert list(built_slugs()) == [slug for slug in catalogue if slug in built_slugs()]


@every_entry
def test_module_names_are_identifiers_that_lead_back_to_the_slug(entry):
    assert module_name(entry.slug).isidentifier()
    assert module_name(entry.slug).replace("_", "-") == entry.slug


def test_the_catalogue_needs_the_standard_library_alone():
    code = (
        "import sys; before = set(sys.modules); "
        "from infomax.papers.catalogue import bibtex, catalogue, search, nearest_built; "
        "search('entropy'); bibtex(catalogue.values()); nearest_built('dse', built=['cim']); "
        "new = {m.split('.')[0] for m in set(sys.modules) - before}; "
        "print(sorted(new - set(sys.stdlib_module_names) - {'infomax'}), "
        "sorted(m for m in sys.modules if m.startswith('infomax.')))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    ours = [f"infomax.papers{end}" for end in ("", "._entries", "._words", ".catalogue")]
    assert answer.stdout.strip() == f"[] {ours}"


# Searching


@every_entry
def test_a_paper_is_found_first_by_its_title_and_by_its_slug(entry):
    assert search(entry.title)[0] == entry
    assert entry in search(entry.slug)


@every_entry
def test_a_paper_is_found_by_each_author_part_and_keyword(entry):
    for text in (*entry.authors, *entry.parts, *entry.keywords):
        assert entry in search(text), text


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("influence", ["cim", "hetero-im"]),
        ("MarkovCodingGame", ["mec-b"]),
        ("markov_coding", ["mec-b"]),
        ("bayesian OPTIMISATION", ["bayesopt"]),
        ("bayesian optimization", ["bayesopt"]),
        ("Principe", ["cs-ib"]),
        ("Príncipe", ["cs-ib"]),
        ("Golrez", ["autobidding"]),
        ("frazier qqqq", ["bayesopt"]),
        ("qqqq", []),
    ],
)
def test_search_finds(text, slugs):
    assert [entry.slug for entry in search(text)] == slugs


def test_a_word_in_the_title_counts_more_than_one_in_the_summary():
    places = {entry.slug: place for place, entry in enumerate(search("recommendation"))}
    assert "recommend" in catalogue["cim"].keywords[-1]
    assert max(places["dgvae"], places["rlmrec"], places["hetero-im"]) < places["cim"]


@pytest.mark.parametrize("text", ["", " ?! ", "the of in"])
def test_a_text_without_words_finds_all_in_order(text):
    assert search(text) == ENTRIES


@given(
    st.lists(
        st.sampled_from(["mutual", "information", "entropy", "language", "model", "graph", "of"]),
        min_size=1,
        max_size=4,
    )
)
def test_law_search_ignores_case_repetition_and_stop_words(words):
    plain = search(" ".join(words))
    assert search(" ".join([*words, words[0].upper(), "the"])) == plain
    assert len(plain) == len({entry.slug for entry in plain})


# Nearest


def test_naive_twin_likeness():
    def words(entry):
        text = " ".join([entry.title, entry.slug, *entry.keywords, entry.summary])
        text = re.sub(r"([a-z])([A-Z])", r"\1 \2", text).lower()
        text = text.replace("isation", "ization").replace("é", "e")
        text = re.sub(r"is(e|es|ed|er|ing)\b", r"iz\1", text)
        dropped = r"\b(a|an|and|by|for|from|in|is|it|of|on|or|the|to|with)\b"
        return set(re.findall("[a-zøα-ω0-9]+", re.sub(dropped, " ", text)))

    topics = {entry.slug: words(entry) for entry in ENTRIES}

    def weight(word):
        return math.log(46 / sum(word in topic for topic in topics.values()))

    def likeness(one, other):
        x, y = topics[one.slug], topics[other.slug]
        dot = sum(weight(word) ** 2 for word in x if word in y)
        norms = [math.sqrt(sum(weight(word) ** 2 for word in topic)) for topic in (x, y)]
        both = [part for part in one.parts if part in other.parts]
        union = {*one.parts, *other.parts}
        return len(both) / len(union) + dot / norms[0] / norms[1] + (one.room == other.room) / 4

    built = ["mec-b", "cim", "dse", "albef", "rel-mf", "typical"]
    for slug in ("hetero-im", "slim", "das", "did", "universality", "mec-b"):
        scores = {o: likeness(catalogue[slug], catalogue[o]) for o in built if o != slug}
        assert nearest_built(slug, built=built).slug == max(scores, key=lambda o: scores[o])


def test_nearest_built_is_a_built_paper_other_than_itself():
    assert nearest_built("hetero-im", built=["mec-b", "cim"]).slug == "cim"
    assert nearest_built("tokens-to-thoughts", built=["cim", "mec-b"]).slug == "mec-b"
    assert nearest_built("cim", built=["mec-b", "cim"]).slug == "mec-b"
    if len(built_slugs()) > 1:
        assert all(nearest_built(slug).slug in {*built_slugs()} - {slug} for slug in catalogue)


def test_nearest_built_refuses_unknown_slugs_and_an_empty_choice():
    with pytest.raises(ValueError, match="`slug` must name a paper"):
        nearest_built("nothing", built=["cim"])
    with pytest.raises(ValueError, match="`slug` must name a paper"):
        nearest_built("cim", built=["nothing"])
    with pytest.raises(ValueError, match="`built` must hold a paper other than 'cim'"):
        nearest_built("cim", built=["cim"])


# Citing


def test_bibtex_can_be_parsed_back():
    text = bibtex(ENTRIES)
    records = re.findall(r"@misc\{([a-z0-9-]+),\n((?:  \w+ = \{.*\},\n)+)\}\n", text)
    assert [key for key, _ in records] == list(catalogue)
    assert text.count("@") == len(ENTRIES)
    for key, body in records:
        rows = dict(re.findall(r"  (\w+) = \{(.*)\},", body))
        entry = catalogue[key]
        assert rows["author"].split(" and ") == list(entry.authors)
        assert rows["title"] == f"{{{entry.title}}}"
        assert rows["year"] == str(entry.year)
        assert rows.get("eprint", "") == entry.arxiv
        assert rows.get("doi", "") == entry.doi
        assert rows["url"] == entry.url
        assert body.count("{") == body.count("}")


def test_bibtex_escapes_what_tex_would_read():
    entry = parse_catalogue(toml(title='"Costs & 5 % of_it #1"'))["toy-code"]
    assert r"title = {{Costs \& 5 \% of\_it \#1}}" in bibtex([entry])
    assert bibtex([]) == ""
