"""A paper as its page shows it: the report's view of the run, read whole."""

from dataclasses import dataclass, field
from functools import cached_property

from infomax.app.page.papers.cards import Card
from infomax.app.page.papers.standings import Standing
from infomax.app.report.pages import PaperView
from infomax.app.report.run_page import RunPage
from infomax.lab.contract import Experiment
from infomax.lab.errors import RunFolderError
from infomax.lab.runs import read_run
from infomax.papers.catalogue import CatalogueEntry, load_catalogue, nearest_built

RUNNABLE = ("smoke", "demo", "laptop")


@dataclass(frozen=True)
class PaperPage(PaperView):
    """The report's view, for papers of the catalogue and papers that editors added."""

    trouble: str = field(default="", kw_only=True)

    @property
    def built(self) -> bool:
        """Whether the paper runs."""
        return self.run is not None or self.entry.is_built

    @property
    def nearest(self) -> CatalogueEntry | None:
        """The paper most like it that runs; none for a paper that an editor added."""
        known = self.entry.slug in load_catalogue()
        return nearest_built(self.entry.slug) if known and not self.built else None

    @cached_property
    def page(self) -> RunPage:
        """What the page says of the run."""
        return RunPage(self.entry.slug, self.run, (), self.experiment)


@dataclass(frozen=True)
class Choice:
    """A size at which a paper can be run."""

    scale: str
    n_seeds: int


def paper_page(card: Card, standing: Standing | None) -> PaperPage:
    """Return the view of a paper with one of its runs, or with none."""
    if standing is None:
        return PaperPage(card.entry)
    try:
        return PaperPage(card.entry, read_run(standing.path))
    except RunFolderError as error:
        return PaperPage(card.entry, trouble=str(error))


def choices(experiment: Experiment | None) -> list[Choice]:
    """Return the sizes at which the page runs a paper."""
    if experiment is None:
        return []
    settings = experiment.settings
    return [Choice(scale, settings[scale].n_seeds) for scale in RUNNABLE if scale in settings]
