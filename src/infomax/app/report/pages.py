"""What stands on a page: views of a paper, its claims and their findings, ready to be set."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from infomax.app.report import words
from infomax.app.report.drawing import Axis, axis_for, forest_axis, strip
from infomax.app.report.equations import equation_svg
from infomax.app.report.evidence import Evidence, experiment_of
from infomax.app.report.run_page import RunPage
from infomax.lab.contract import Experiment
from infomax.lab.runs import Run
from infomax.lab.verdict import Finding, Verdict
from infomax.papers.catalogue import CatalogueEntry, nearest_built

FIDELITY = {
    "code": "The authors' code was read beside the paper.",
    "text": "The paper was read; of its code nothing was used, or none was released.",
    "reconstruction": "Built from the abstract and from what others write of it, and derived "
    "again; details may differ from what the authors did.",
}

DOTS = {
    "comparison": "the difference of each seed",
    "trend": "the slope or rank correlation of each seed",
    "bound": "the slack of each seed; the estimate is the least",
    "identity": "the deviation of each seed; the estimate is the largest",
}


@dataclass(frozen=True)
class Link:
    """A link with a remark."""

    text: str
    href: str
    note: str = ""


@dataclass(frozen=True)
class FindingView:
    """One row of a claim's table."""

    finding: Finding
    verdict: Verdict
    axis: Axis

    @property
    def strip(self) -> Markup:
        """The differences, drawn."""
        return strip(self.verdict, self.finding, self.axis)

    @property
    def estimate(self) -> str:
        """The estimate to the precision of its interval."""
        return words.interval(self.finding.estimate, self.finding.low, self.finding.high)[0]

    @property
    def interval(self) -> str:
        """The interval in words."""
        return words.interval(self.finding.estimate, self.finding.low, self.finding.high)[1]

    @property
    def p(self) -> str:
        """The one-sided p-value."""
        return words.p_value(self.finding.p_value)

    @property
    def mark(self) -> str:
        """The class of the outcome."""
        return words.outcome_mark(self.finding.outcome)


@dataclass(frozen=True)
class ClaimView:
    """A claim with its verdict."""

    verdict: Verdict

    @property
    def mark(self) -> str:
        """The class of the outcome."""
        return words.mark(self.verdict)

    @property
    def axis(self) -> Markup:
        """The deciding finding on its axis; empty where nothing was measured."""
        return forest_axis(self.verdict)

    @property
    def unit(self) -> str:
        """The unit of the estimate, empty for a plain number."""
        return words.unit_text(self.verdict.unit)

    @property
    def numbers(self) -> tuple[str, str]:
        """The estimate and the interval of the deciding finding."""
        finding = self.verdict.leading or Finding(self.verdict.outcome)
        return words.interval(finding.estimate, finding.low, finding.high)

    @cached_property
    def findings(self) -> list[FindingView]:
        """All findings on one axis, the differences to be compared by eye."""
        found = self.verdict.findings
        axis = axis_for(self.verdict, found)
        return [FindingView(finding, self.verdict, axis) for finding in found]

    @property
    def has_table(self) -> bool:
        """Whether the findings say more than the verdict does."""
        found = self.verdict.findings
        return len(found) > 1 or any(finding.estimate is not None for finding in found)

    @property
    def has_points(self) -> bool:
        """Whether the findings lie at different points."""
        return any(finding.label for finding in self.verdict.findings)

    @property
    def has_baselines(self) -> bool:
        """Whether the findings are against baselines."""
        return any(finding.baseline for finding in self.verdict.findings)

    @property
    def has_intervals(self) -> bool:
        """Whether the findings carry intervals."""
        return any(finding.low is not None for finding in self.verdict.findings)

    @property
    def has_p(self) -> bool:
        """Whether the findings carry p-values."""
        return any(finding.p_value is not None for finding in self.verdict.findings)

    @property
    def confidence(self) -> str:
        """The level of the intervals."""
        return "90 %" if words.is_equivalence(self.verdict) else "95 %"

    @property
    def dots(self) -> str:
        """What the dots of the table are."""
        return DOTS.get(self.verdict.kind, "one value a seed")

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Name and value of what is known of the verdict beside its findings."""
        verdict = self.verdict
        found = [
            ("Published", words.published_text(verdict)),
            ("As a ratio", words.ratio_text(verdict)),
            ("Smallest effect that matters", words.number(verdict.smallest)),
            ("Margin", words.margin_text(verdict)),
            ("p, one-sided", words.p_value(verdict.p_value)),
            ("p after Holm", words.p_value(verdict.p_holm)),
            ("Bound says more than the trivial one", _yes_no(verdict.says_more_than_trivial)),
            ("Seeds", words.seeds_text(verdict)),
        ]
        return [(name, value) for name, value in found if value != words.MISSING]


@dataclass(frozen=True)
class PaperView:
    """A paper of the catalogue, with the run that speaks for it if there is one."""

    entry: CatalogueEntry
    run: Run | None = None
    others: tuple[Run, ...] = ()

    @property
    def built(self) -> bool:
        """Whether the paper runs."""
        return self.run is not None or self.entry.is_built

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdicts of the run."""
        return () if self.run is None else self.run.verdicts

    @cached_property
    def claims(self) -> list[ClaimView]:
        """The claims of the run."""
        return [ClaimView(verdict) for verdict in self.verdicts]

    @property
    def tally(self) -> Sequence[tuple[str, str]]:
        """How many claims came out how."""
        return words.tally(self.verdicts)

    @property
    def status(self) -> str:
        """Why a paper that runs has no verdicts here."""
        return "not run yet" if self.run is None else f"{self.run.scale} run, not finished"

    @cached_property
    def experiment(self) -> Experiment | None:
        """The paper's file, read."""
        return experiment_of(self.entry.slug)

    @property
    def claims_to_come(self) -> Sequence[str]:
        """The claims that wait for a run."""
        if self.experiment is not None:
            return [claim.text for claim in self.experiment.claims]
        return self.entry.claims_to_come

    @property
    def page(self) -> RunPage:
        """What the page says of the run."""
        return RunPage(self.entry.slug, self.run, self.others, self.experiment)

    @property
    def equation(self) -> Markup | None:
        """The central equation, drawn; None if it cannot be."""
        return equation_svg(self.entry.equation, self.entry.equation_plain)

    @property
    def fidelity(self) -> str:
        """What the fidelity means."""
        return FIDELITY.get(self.entry.fidelity, "")

    @property
    def nearest(self) -> CatalogueEntry | None:
        """The paper most like it that runs."""
        return nearest_built(self.entry.slug)

    @property
    def links(self) -> list[Link]:
        """Where the paper and the authors' code are found."""
        entry = self.entry
        found = []
        if entry.arxiv:
            found.append(Link(f"arXiv:{entry.arxiv}", f"https://arxiv.org/abs/{entry.arxiv}"))
        if entry.doi:
            found.append(Link(f"doi:{entry.doi}", f"https://doi.org/{entry.doi}"))
        if entry.code:
            licence = entry.code_license or "no licence stated"
            found.append(Link("the authors' code", entry.code, f"({licence})"))
        return found

    @property
    def authors_short(self) -> str:
        """The first author, or all if there are at most three."""
        authors = self.entry.authors
        return ", ".join(authors) if len(authors) <= 3 else f"{authors[0]} and others"

    @property
    def haystack(self) -> str:
        """All words by which the search finds the paper, without case and accents."""
        entry = self.entry
        texts = (entry.slug, entry.title, *entry.authors, entry.room, str(entry.year))
        texts += (entry.fidelity, entry.summary, *entry.keywords, *entry.parts)
        plain = unicodedata.normalize("NFKD", " ".join(texts).lower())
        return "".join(letter for letter in plain if not unicodedata.combining(letter))


def paper_views(entries: Sequence[CatalogueEntry], evidence: Evidence) -> list[PaperView]:
    """Return a view of each paper: judged ones first, then those that run, then the others."""
    views = [
        PaperView(entry, evidence.best(entry.slug), evidence.runs.get(entry.slug, ())[1:])
        for entry in entries
    ]
    return sorted(views, key=lambda view: (not view.verdicts, not view.built))


def _yes_no(value: bool | None) -> str:
    return words.MISSING if value is None else ("yes" if value else "no")
