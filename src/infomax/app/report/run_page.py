"""What a page says of a run itself: notices, figures, spends, failures, how to repeat it."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from infomax.app.report.evidence import changes_since, dotted_name
from infomax.app.report.words import number, varies_text
from infomax.lab.contract import Experiment
from infomax.lab.folder import Failure
from infomax.lab.runs import Run

N_TOLD = 3


@dataclass(frozen=True)
class FigureView:
    """A figure of the run, by the name of its file."""

    name: str
    caption: str


@dataclass(frozen=True)
class SpendView:
    """What one arm spent of one resource."""

    arm: str
    role: str
    resource: str
    mean: str
    low: str
    high: str
    limit: str


@dataclass(frozen=True)
class FailureView:
    """A trial, or the figures, that raised."""

    title: str
    traceback: str


@dataclass(frozen=True)
class RunPage:
    """A run as its page tells it; without a run, only how to make one."""

    slug: str
    run: Run | None
    others: tuple[Run, ...]
    experiment: Experiment | None

    @cached_property
    def changes(self) -> tuple[str, ...]:
        """What has changed in the code since the run."""
        return () if self.run is None else changes_since(self.run)

    @property
    def notices(self) -> list[str]:
        """What a reader must know before the verdicts."""
        if self.run is None:
            return ["This paper runs, but none of its runs is here yet."]
        told = []
        if self.experiment is None and self._file is not None:
            told.append(
                "The paper's file cannot be imported here: the roles of its arms are missing."
            )
        if not self.run.finished:
            told.append(
                f"This run is not finished: {_n_present(self.run)} of {self.run.n_seeds} seeds are "
                "in. Verdicts come with the last; the command below goes on where it stopped."
            )
        if self.run.scale == "own":
            data = (self.run.info["data"] or {}).get("argument", "a user's own file")
            told.append(f"This run used {data}, not the paper's data.")
        if self.run.info.get("n_seeds_differs"):
            planned = self.run.info["setting"]["n_seeds"]
            told.append(f"It ran with {self.run.n_seeds} seeds; its setting names {planned}.")
        if self.run.failures:
            told.append(f"{_count(self.run.failures)} raised an error; see the end of the page.")
        if self.changes:
            told.append(f"The code has changed since this run: {_some(self.changes)}.")
        told += [f"Not shown: the {run.scale} run in {run.path}." for run in self.others]
        return told

    @property
    def figures(self) -> list[FigureView]:
        """The figures, in the order of their names."""
        paths = () if self.run is None else self.run.figures
        return [FigureView(path.name, _caption(path)) for path in paths]

    @property
    def spends(self) -> list[SpendView]:
        """Mean and range of each arm's use of each resource, methods first."""
        if self.run is None or self.run.spend.empty:
            return []
        roles = self.roles
        rank = {arm: place for place, arm in enumerate(roles)}
        groups = self.run.spend.groupby(["arm", "resource"], sort=False)
        views = [
            _spend_view(str(arm), str(resource), roles, spent) for (arm, resource), spent in groups
        ]
        return sorted(views, key=lambda view: rank.get(view.arm, len(rank)))

    @property
    def roles(self) -> Mapping[str, str]:
        """The role of each arm; empty if the paper's file cannot be read here."""
        return {} if self.experiment is None else self.experiment.arms

    @property
    def failures(self) -> list[FailureView]:
        """What raised, with its traceback."""
        failures = () if self.run is None else self.run.failures
        return [FailureView(f"{_who(f)}: {f.error}", f.traceback) for f in failures]

    @property
    def command(self) -> str:
        """The command that makes or repeats the run."""
        if self.run is None:
            return f"infomax run {shlex.quote(self.slug)} --scale demo"
        return str(
            self.run.info.get("command", f"infomax run {self.slug} --scale {self.run.scale}")
        )

    @property
    def source_path(self) -> str:
        """The paper's file below the package's folder; empty if it is gone."""
        return f"{dotted_name(self.slug).replace('.', '/')}.py" if self._file else ""

    @property
    def source(self) -> str:
        """The text of the paper's file."""
        return self._file.read_text(encoding="utf-8") if self._file else ""

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Name and value of all that identifies the run."""
        found = [("Code", self.source_path or "gone")]
        if self.run is None:
            return found
        info = self.run.info
        setting = info["setting"]
        found += [
            ("Code since the run", "changed" if self.changes else "unchanged"),
            ("Scale", self.run.scale),
            ("Seeds", f"{self.run.n_seeds}; {varies_text(setting['varies'])}"),
            ("Threads of a trial", str(setting["n_threads"])),
        ]
        if info.get("finished"):
            found.append(
                ("Finished", str(info["finished"]).replace("T", " ").replace("+00:00", " UTC"))
            )
        versions = {**info.get("versions", {}), **info["code"].get("versions", {})}
        if versions:
            found.append(("Versions", ", ".join(f"{name} {v}" for name, v in versions.items())))
        return found

    @property
    def options(self) -> list[tuple[str, str]]:
        """Name and value of each size that the setting names."""
        options = {} if self.run is None else self.run.info["setting"]["options"]
        return [(name, json.dumps(value, ensure_ascii=False)) for name, value in options.items()]

    @cached_property
    def _file(self) -> Path | None:
        spec = find_spec(dotted_name(self.slug))
        return Path(spec.origin) if spec is not None and spec.origin else None


def _spend_view(
    arm: str, resource: str, roles: Mapping[str, str], spent: pd.DataFrame
) -> SpendView:
    amount, limits = spent["amount"], spent["limit"].dropna()
    ends = dict.fromkeys(map(number, (limits.min(), limits.max()) if len(limits) else ()))
    return SpendView(
        arm=arm,
        role=roles.get(arm, ""),
        resource=resource,
        mean=number(amount.mean()),
        low=number(amount.min()),
        high=number(amount.max()),
        limit=" to ".join(ends) or "none",
    )


def _n_present(run: Run) -> int:
    return int(run.rows["seed"].nunique())


def _caption(path: Path) -> str:
    return path.stem.replace("_", " ").replace("-", " ")


def _count(failures: tuple[Failure, ...]) -> str:
    trials = sum(failure.seed is not None for failure in failures)
    parts = [f"{trials} {'trial' if trials == 1 else 'trials'}"] if trials else []
    if trials < len(failures):
        parts.append("the figures")
    return " and ".join(parts)


def _some(changes: tuple[str, ...]) -> str:
    rest = len(changes) - N_TOLD
    return "; ".join(changes[:N_TOLD]) + (f"; and {rest} more" if rest > 0 else "")


def _who(failure: Failure) -> str:
    return "The figures" if failure.seed is None else f"Seed {failure.seed}"
