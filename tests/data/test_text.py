"""Texts: what is read out of archives, and how letters are counted."""

import bz2
import json
import sys
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.data.archives_for_tests import use, wheel

from infomax.data.letters import letter_frequencies
from infomax.data.packages import get
from infomax.data.text import emoji_names, package_descriptions, wikipedia
from infomax.data.wikitext import articles
from infomax.exceptions import MissingDataError, MissingExtraError

EXPORT = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/">
<siteinfo><sitename>Wikipedia</sitename></siteinfo>
<page><title>Мед</title><ns>0</ns><revision><text>'''Мед''' е [[храна|сладка храна]].</text></revision></page>
<page><title>Old</title><ns>0</ns><redirect title="Мед"/><revision><text>#REDIRECT [[Мед]]</text></revision></page>
<page><title>Talk:Мед</title><ns>1</ns><revision><text>talk</text></revision></page>
<page><title>Help</title><ns>4</ns><revision><text>Advice</text></revision></page>
<page><title>Empty</title><ns>0</ns><revision><text/></revision></page>
</mediawiki>"""

GERMAN = """Package: a
Description-md5: 0
Description-de: Kürzer
 .NET und mehr
 .
 Genug.

Package: b
Description-md5: 1
Description-de: Allein
"""


def _wikipedia(monkeypatch, language: str, export: bytes) -> None:
    member = {
        "bg": "bgwiki-latest-pages-articles-shortened.xml.bz2",
        "en": "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2",
    }[language]
    content = wheel({f"gensim/test/test_data/{member}": bz2.compress(export)})
    use(monkeypatch, "wikipedia", content)
    get("wikipedia")


def test_articles_are_pages_of_text_without_redirects():
    assert list(articles(EXPORT.encode())) == [
        "'''Мед''' е [[храна|сладка храна]].",
        "Advice",
        "",
    ]


@pytest.mark.parametrize(("language", "encoding"), [("en", "utf-8"), ("bg", "utf-16")])
def test_wikipedia_is_plain_text_and_kept(monkeypatch, language, encoding):
    pytest.importorskip("mwparserfromhell")
    _wikipedia(monkeypatch, language, EXPORT.encode(encoding))
    assert wikipedia(language) == ["Мед е сладка храна.", "Advice", ""]
    monkeypatch.setitem(sys.modules, "mwparserfromhell", None)
    assert wikipedia(language) == ["Мед е сладка храна.", "Advice", ""], "from what was kept"


def test_without_the_extra_the_command_is_named(monkeypatch):
    _wikipedia(monkeypatch, "en", EXPORT.encode())
    monkeypatch.setitem(sys.modules, "mwparserfromhell", None)
    with pytest.raises(MissingExtraError, match=r'pip install "infomax\[data\]"'):
        wikipedia("en")


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("a ''b'' '''c'''", "a b c"),
        ("[[house]] and [[house|a home]]", "house and a home"),
        ("[[File:x.jpg|thumb|200px|a [[picture]]]]seen", "seen"),
        ("Genug[[Category:Things]][[de:Ding]][[:Категория:Неща]]", "Genug"),
        ("[[2001: A Space Odyssey]]", "2001: A Space Odyssey"),
        ("kept<ref>dropped</ref><!-- gone --> too", "kept too"),
        ("{{infobox|a=b}}text\n{| class=x\n| cell\n|}", "text"),
        ("one<br/>two &amp; three&nbsp;four", "one\ntwo & three four"),
        ("== Heading ==\n\n\nbody", "Heading\nbody"),
        ("[http://example.org the site] http://example.org", "the site"),
        ("<math>x^2</math><small>small</small>", "small"),
        ("", ""),
    ],
)
def test_closed_form_markup(markup, words):
    pytest.importorskip("mwparserfromhell")
    from infomax.data.wikitext import plain

    assert plain(markup) == words


def _emoji(monkeypatch) -> None:
    entries = {
        "A": {"en": ":first_place:", "status": 2},
        "B": {"en": ":second:", "status": 2},
        "C": {"en": ":component:", "status": 1},
    }
    german = {"A": ":erster_platz:", "C": ":teil:"}
    files = {"emoji.json": entries, "emoji_de.json": german}
    content = {
        f"emoji/unicode_codes/{name}": json.dumps(file).encode() for name, file in files.items()
    }
    use(monkeypatch, "emoji", wheel(content))
    get("emoji")


def test_emoji_names_are_those_of_whole_emoji(monkeypatch):
    _emoji(monkeypatch)
    assert emoji_names("de") == ["erster platz"]
    assert emoji_names("en") == ["first place", "second"]


def test_package_descriptions_keep_their_paragraphs(monkeypatch):
    use(monkeypatch, "debian-descriptions-de", GERMAN.encode())
    get("debian-descriptions-de")
    assert package_descriptions("de") == ["Kürzer\n.NET und mehr\n\nGenug.", "Allein"]


@pytest.mark.parametrize("read", [wikipedia, emoji_names, package_descriptions])
def test_an_unknown_language_is_refused_by_name(read):
    with pytest.raises(ValueError, match=r"`language` must be one of .*got 'tlh'"):
        read("tlh")


@pytest.mark.parametrize(
    ("read", "name"),
    [(wikipedia, "wikipedia"), (emoji_names, "emoji"), (package_descriptions, "debian-desc")],
)
def test_an_absent_text_names_the_command(read, name):
    with pytest.raises(MissingDataError, match=f"infomax data get {name}"):
        read()


@given(st.lists(st.text(min_size=1), min_size=1))
def test_naive_twin_letters_are_counted_one_by_one(texts):
    import unicodedata

    counted: Counter[str] = Counter()
    for text in texts:
        for letter in unicodedata.normalize("NFC", text.lower()):
            if letter.isalpha():
                counted[letter] += 1
    if not counted:
        with pytest.raises(ValueError, match="`texts` must hold letters"):
            letter_frequencies(texts)
        return
    found = letter_frequencies(texts)
    assert dict(zip(found.letters, found.counts.tolist(), strict=True)) == counted
    assert list(found.letters) == sorted(counted)
    assert found.probabilities.sum() == pytest.approx(1)


@given(st.text(alphabet="abcÄéß .1", min_size=1).filter(lambda t: any(c.isalpha() for c in t)))
def test_law_a_text_twice_has_the_same_frequencies(text):
    once, twice = letter_frequencies(text), letter_frequencies([text, text])
    assert once.letters == twice.letters
    np.testing.assert_allclose(once.probabilities, twice.probabilities)


def test_an_alphabet_sets_letters_and_order():
    found = letter_frequencies(["e\u0301t\u00e9", "Zoo"], alphabet="zé")
    assert found.letters == ("z", "é")
    assert found.counts.tolist() == [1, 2]


def test_letters_in_vain_are_refused_by_name():
    for texts in ([], "", "1984", ["..."]):
        with pytest.raises(ValueError, match="`texts` must hold letters"):
            letter_frequencies(texts)
    for alphabet in ("", "aba", "aA"):
        with pytest.raises(ValueError, match="`alphabet` must name each letter once"):
            letter_frequencies("text", alphabet=alphabet)
