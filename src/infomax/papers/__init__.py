"""One file a paper: its claims and the experiment that tests them; and the catalogue of all.

A paper's module is named for its slug (``mec-b`` is `infomax.papers.mec_b`). Papers are never
registered by hand: a paper of the catalogue whose module exists is built, and runs.

The catalogue knows every paper, built or not: who wrote it and where, what it is in plain words,
its central equation, the parts it brings and the claims to be tested. Bibliographic facts stand
there and nowhere else; the documentation's bibliography is generated from it.

Examples
--------
>>> from infomax.papers.catalogue import catalogue
>>> len(catalogue), catalogue["mec-b"].title
(46, 'Minimum Entropy Coupling with Bottleneck')
>>> from infomax.papers import search
>>> [entry.slug for entry in search("influence")]
['cim', 'hetero-im']
"""

from infomax.papers.catalogue import (
    CatalogueEntry,
    bibtex,
    built_slugs,
    load_catalogue,
    module_name,
    nearest_built,
    search,
)

__all__ = [
    "CatalogueEntry",
    "bibtex",
    "built_slugs",
    "load_catalogue",
    "module_name",
    "nearest_built",
    "search",
]
