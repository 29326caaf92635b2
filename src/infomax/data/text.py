"""Texts of different languages: Wikipedia articles, emoji names, package descriptions."""

import bz2
import json
import re

from infomax._arguments import check_choice
from infomax.data.derived import kept
from infomax.data.packages import fingerprint, open_member
from infomax.data.sets import DESCRIPTIONS
from infomax.data.wikitext import articles, plain

EMOJI_LANGUAGES = (
    "ar", "de", "en", "es", "fa", "fr", "id", "it", "ja", "ko", "pt", "ru", "tr", "zh",
)  # fmt: skip
_WIKIPEDIA = {
    "bg": "bgwiki-latest-pages-articles-shortened.xml.bz2",
    "en": "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2",
}
_FULLY_QUALIFIED = 2


def wikipedia(language: str = "en") -> list[str]:
    """Return Wikipedia articles as plain text.

    The archive comes with ``infomax data get wikipedia`` (gensim's wheel, 28 MB, read in place).
    Redirects, templates, tables, references, pictures and categories are left out. The first call
    takes some seconds; the plain text is kept in the cache.

    Parameters
    ----------
    language : {"en", "bg"}
        English (106 long articles) or Bulgarian, in Cyrillic letters (one article, a page of help
        for writers and a long one of their discussions).

    Returns
    -------
    list of str
        One text an article, in the order of the archive.

    Raises
    ------
    ValueError
        If the language is another.
    MissingDataError
        If the archive is absent or damaged.
    MissingExtraError
        If mwparserfromhell is absent and the text is not yet kept.
    """
    check_choice("language", language, tuple(_WIKIPEDIA))

    def build() -> bytes:
        member = f"gensim/test/test_data/{_WIKIPEDIA[language]}"
        export = bz2.decompress(open_member("wikipedia", member).read())
        return json.dumps([plain(markup) for markup in articles(export)]).encode()

    texts: list[str] = json.loads(kept(f"wikipedia-{language}", fingerprint("wikipedia"), build))
    return texts


def emoji_names(language: str = "de") -> list[str]:
    """Return the names of emoji, such as "lachendes gesicht".

    The archive comes with ``infomax data get emoji`` (0.6 MB, read in place).

    Parameters
    ----------
    language : str
        One of ar, de, en, es, fa, fr, id, it, ja, ko, pt, ru, tr and zh.

    Returns
    -------
    list of str
        One name for each fully qualified emoji that has one, words parted by spaces.

    Raises
    ------
    ValueError
        If the language is another.
    MissingDataError
        If the archive is absent or damaged.
    """
    check_choice("language", language, EMOJI_LANGUAGES)
    emoji = json.load(open_member("emoji", "emoji/unicode_codes/emoji.json"))
    names = {character: entry["en"] for character, entry in emoji.items()}
    if language != "en":
        names = json.load(open_member("emoji", f"emoji/unicode_codes/emoji_{language}.json"))
    return [
        names[character].strip(":").replace("_", " ")
        for character, entry in emoji.items()
        if entry["status"] == _FULLY_QUALIFIED and character in names
    ]


def package_descriptions(language: str = "de") -> list[str]:
    """Return descriptions of Debian 12's packages.

    The texts come with ``infomax data get debian-descriptions-de`` (or ``-en``) and are not
    pinned: `infomax.data.packages.fingerprint` gives the hash of those in use.

    Parameters
    ----------
    language : {"de", "en"}
        German (8 MB) or English (33 MB).

    Returns
    -------
    list of str
        One text a package: a line of summary, then the long description, its paragraphs parted
        by empty lines.

    Raises
    ------
    ValueError
        If the language is another.
    MissingDataError
        If the texts are absent or damaged.
    """
    check_choice("language", language, tuple(DESCRIPTIONS))
    name = f"debian-descriptions-{language}"
    stanzas = open_member(name, DESCRIPTIONS[language].filename).read().decode()
    found = re.findall(rf"^Description-{language}: (.*(?:\n .*)*)", stanzas, re.MULTILINE)
    return [re.sub(r"\n (\.(?=\n|$))?", "\n", text) for text in found]
