"""The skeleton of a new paper: four files that say what belongs into them."""

from pathlib import Path
from textwrap import dedent

from infomax.papers.catalogue import CatalogueEntry, built_slugs, entry_of, module_name


def lay_out(slug: str, root: Path) -> list[Path]:
    """Write the four files of a paper into the checkout at `root`; nothing is overwritten."""
    entry = entry_of(slug)
    if slug in built_slugs():
        raise ValueError(
            f"`slug` must name a paper that does not run yet, got {slug!r}, which runs"
        )
    if not (root / "src" / "infomax").is_dir():
        raise ValueError(f"`folder` must be a checkout of infomax, got {str(root.resolve())!r}")
    name = module_name(slug)
    texts = {
        f"src/infomax/{entry.room}/_{name}.py": _method(entry),
        f"tests/{entry.room}/test_{name}.py": _test(entry),
        f"src/infomax/papers/{name}.py": _paper(entry),
        f"examples/{entry.room}/plot_{name}.py": _example(entry),
    }
    there = [path for path in texts if (root / path).exists()]
    if there:
        raise ValueError(f"{there[0]} is there already; nothing was written")
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return [root / path for path in texts]


def _method(entry: CatalogueEntry) -> str:
    names = "\n".join(f"    {part}" for part in entry.parts)
    return dedent('''\
        """{title}: the parts of the paper.

        {source}. Public names to bring, each listed in the room's `__init__.pyi`:

        {names}
        """
        ''').format(title=entry.title, source=_source(entry), names=names.strip())


def _test(entry: CatalogueEntry) -> str:
    return dedent('''\
        """{title}: closed forms, laws, a naive twin, a peer, and every bad input."""
        ''').format(title=entry.title)


def _paper(entry: CatalogueEntry) -> str:
    return dedent('''\
        """{title}."""

        from collections.abc import Iterator, Mapping
        from typing import Any

        import pandas as pd
        from matplotlib.figure import Figure

        from infomax.lab.claims import Claim
        from infomax.lab.contract import Artifacts, Record, Row, Setting
        from infomax.papers.catalogue import entry_of

        paper = entry_of("{slug}")
        arms = {{"method": "method", "baseline": "baseline"}}
        claims: list[Claim] = []
        settings = {{"smoke": Setting(n_seeds=3)}}


        def prepare(setting: Setting, data: str | None = None) -> Any:
            """Load, split and embed; called once a process."""
            return data


        def trial(setting: Setting, seed: int, context: Any) -> Iterator[Record]:
            """Run all arms on one seed."""
            yield Row("method", "score", 0.0, "1")


        def figures(rows: pd.DataFrame, artifacts: Artifacts) -> Mapping[str, Figure]:
            """Draw what the paper draws."""
            return {{}}
        ''').format(title=entry.title, slug=entry.slug)


def _example(entry: CatalogueEntry) -> str:
    title = "Which question of a user does this answer?"
    return f'"""\n{title}\n{"=" * len(title)}\n\n{entry.summary}\n"""\n'


def _source(entry: CatalogueEntry) -> str:
    where = f"arXiv:{entry.arxiv}" if entry.arxiv else f"doi:{entry.doi}"
    return f"{', '.join(entry.authors)} ({entry.year}), {where}"
