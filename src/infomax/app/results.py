"""RESULTS.md: one row a claim, from the same runs as the report."""

import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from infomax.app.report.evidence import gather
from infomax.app.report.words import (
    MISSING,
    interval,
    is_equivalence,
    number,
    p_value,
    published_text,
    unit_text,
)
from infomax.lab.holm import chance_holds
from infomax.lab.runs import Run
from infomax.lab.verdict import Verdict
from infomax.papers.catalogue import load_catalogue

HEAD = """# Results

Written by `infomax report` from the run folders; not by hand. One row a claim. The estimate is
positive where it speaks for the claim; behind it stands its 95 % interval (90 % where an equivalence
is claimed). p is one-sided, the largest over points and baselines; Holm's correction is over the
comparisons and trends of one paper. A claim that does not hold at this scale stands here as such.
"""
CLAIM_COLUMNS = (
    "paper",
    "fidelity",
    "claim",
    "verdict",
    "estimate",
    "unit",
    "published",
    "seeds (what they vary)",
    "p",
    "p (Holm)",
)
PAPER_COLUMNS = (
    "paper",
    "fidelity",
    "scale",
    "claims",
    "hold",
    "of these by an interval",
    "chance alone would give at most",
    "command",
)


def results_markdown(runs: Path | Mapping[str, Run]) -> str:
    """Return the page of results as Markdown.

    Parameters
    ----------
    runs : Path or mapping of str to Run
        A folder below which run folders lie, or runs already read. Of several runs of one paper the
        one that the report shows is taken.

    Returns
    -------
    str
        A table with one row a claim, and one with a row a paper: its fidelity, how many of its
        claims hold and how many would by chance alone at most, and the command that repeats the run.

    Raises
    ------
    ValueError
        If `runs` is no folder.

    Examples
    --------
    >>> print(results_markdown({}).splitlines()[-1])
    No run has been finished yet.
    """
    evidence = gather(runs)
    best = [evidence.best(slug) for slug in load_catalogue()]
    shown = [run for run in best if run is not None and run.verdicts]
    blocks = [HEAD]
    if shown:
        claims = (_claim_row(run, verdict) for run in shown for verdict in run.verdicts)
        blocks += ["## Claims\n", _table(CLAIM_COLUMNS, claims)]
        blocks += ["## Papers\n", _table(PAPER_COLUMNS, map(_paper_row, shown))]
    else:
        blocks.append("No run has been finished yet.\n")
    unfinished = [run for run in best if run is not None and not run.verdicts]
    notices = [f"The run of {run.slug} ({run.scale}) is not finished." for run in unfinished]
    notices += evidence.notices
    if notices:
        blocks += ["## What could not be shown\n", _list(notices)]
    return "\n".join(blocks)


def write_results(runs: Path | Mapping[str, Run], path: Path) -> None:
    """Write the page of results; a reader meets the old page or the new one.

    Parameters
    ----------
    runs : Path or mapping of str to Run
        As `results_markdown` takes them.
    path : Path
        The Markdown file.
    """
    text = results_markdown(runs)
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    fresh = Path(name)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        fresh.chmod(0o644)
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


def _claim_row(run: Run, verdict: Verdict) -> tuple[str, ...]:
    finding = verdict.leading
    shown = MISSING
    if finding is not None and finding.estimate is not None:
        estimate, ends = interval(finding.estimate, finding.low, finding.high)
        shown = estimate if ends == MISSING else f"{estimate} ({ends})"
    elif verdict.reason:
        shown = verdict.reason
    level = " at 90 %" if is_equivalence(verdict) and shown != MISSING else ""
    return (
        run.slug,
        load_catalogue()[run.slug].fidelity,
        verdict.text,
        verdict.headline,
        f"{shown}{level}",
        unit_text(verdict.unit),
        published_text(verdict),
        f"{verdict.n_seeds} ({', '.join(verdict.varies) or 'nothing'})",
        p_value(verdict.p_value),
        p_value(verdict.p_holm),
    )


def _paper_row(run: Run) -> tuple[str, ...]:
    verdicts = run.verdicts
    holding = [verdict for verdict in verdicts if verdict.outcome.startswith("holds")]
    return (
        run.slug,
        load_catalogue()[run.slug].fidelity,
        run.scale,
        str(len(verdicts)),
        str(len(holding)),
        str(sum(verdict.p_value is not None for verdict in holding)),
        number(chance_holds(verdicts), digits=2),
        str(run.info.get("command", "")),
    )


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    columns = list(columns)
    lines = [columns, ["---"] * len(columns), *([_plain(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _list(notices: Iterable[str]) -> str:
    return "".join(f"- {_plain(notice)}\n" for notice in notices)


def _plain(text: str) -> str:
    """Return the text on one line, with all that Markdown or HTML would read made plain."""
    text = " ".join(text.split())
    text = re.sub(r"[\\`*_\[\]|~]|<(?! )", r"\\\g<0>", text)
    return re.sub(r"&(?=[#\w])", "&amp;", text)
