"""What a paper's file hands over: settings, and the rows, spends and artifacts of its trials."""

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_choice, check_count
from infomax.lab.claims import Claim

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

Coordinate: TypeAlias = str | int | float | bool
SCALES = ("smoke", "demo", "laptop", "full", "own")
ROLES = ("method", "baseline", "oracle")
RESERVED = frozenset({"seed", "arm", "metric", "value", "unit", "case", "step", "selected_on"}) | {
    "resource",
    "amount",
    "limit",
}


@dataclass(frozen=True)
class Setting:
    """One size at which an experiment runs.

    Parameters
    ----------
    n_seeds : int
        Number of trials; a trial is one seed with all arms.
    n_threads : int
        Threads of a trial, fixed before it starts.
    varies : tuple of str
        What a seed varies ("data", "initialisation", …); empty if nothing does.
    options : mapping
        Sizes of this experiment, read as ``setting["n_messages"]``. JSON values only.
    """

    n_seeds: int
    n_threads: int = 1
    varies: tuple[str, ...] = ("data",)
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_count("n_seeds", self.n_seeds)
        check_count("n_threads", self.n_threads)
        if isinstance(self.varies, str):
            raise ValueError(f"`varies` must be a tuple of words, got the string {self.varies!r}")
        json.dumps(dict(self.options))
        object.__setattr__(self, "options", MappingProxyType(dict(self.options)))

    def __getitem__(self, name: str) -> Any:
        return self.options[name]

    def __reduce__(self) -> tuple[Any, ...]:
        return (Setting, (self.n_seeds, self.n_threads, self.varies, dict(self.options)))


def _check_coordinates(at: Mapping[str, Coordinate]) -> dict[str, Coordinate]:
    for name, value in at.items():
        if name in RESERVED:
            raise ValueError(f"`at` must not use the reserved name {name!r}")
        if not isinstance(value, str | int | float | bool | np.number | np.bool_):
            raise ValueError(f"`at[{name!r}]` must be a string or a number, got {value!r}")
        if not isinstance(value, str) and not math.isfinite(value):
            raise ValueError(f"`at[{name!r}]` must be finite, got {value!r}")
    return {
        name: value.item() if isinstance(value, np.generic) else value for name, value in at.items()
    }


@dataclass(frozen=True)
class Row:
    """One measured number of one arm.

    Parameters
    ----------
    arm, metric, unit : str
        Who was measured, what, and in which unit ("nats", "nodes", "1").
    value : float
        NaN is kept; a claim that meets it is refused.
    at : mapping
        Coordinates of a sweep, such as ``{"rate": 0.5}``.
    case : str, optional
        The instance, such as the name of a graph.
    step : int, optional
        Time within a trial, such as the epoch.
    selected_on : str, optional
        The split on which anything was chosen; "test" is refused a verdict.
    """

    arm: str
    metric: str
    value: float
    unit: str
    at: Mapping[str, Coordinate] = field(default_factory=dict)
    case: str | None = None
    step: int | None = None
    selected_on: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", float(self.value))
        object.__setattr__(self, "at", _check_coordinates(self.at))


@dataclass(frozen=True)
class Spend:
    """What one arm used of one resource; `limit` is what it was allowed."""

    arm: str
    resource: str
    amount: float
    limit: float | None = None
    at: Mapping[str, Coordinate] = field(default_factory=dict)
    case: str | None = None

    def __post_init__(self) -> None:
        if math.isnan(self.amount) or self.amount < 0:
            raise ValueError(f"`amount` must be a non-negative number, got {self.amount!r}")
        if self.limit is not None and not self.limit >= 0:
            raise ValueError(f"`limit` must be a non-negative number, got {self.limit!r}")
        object.__setattr__(self, "amount", float(self.amount))
        object.__setattr__(self, "at", _check_coordinates(self.at))


@dataclass(frozen=True)
class Artifact:
    """Named arrays that a figure needs, kept apart for each seed."""

    name: str
    arrays: Mapping[str, NDArray[Any]]

    def __post_init__(self) -> None:
        arrays = {key: np.ascontiguousarray(value) for key, value in self.arrays.items()}
        for key, value in arrays.items():
            if value.dtype.kind not in "biuf":
                raise ValueError(f"`arrays[{key!r}]` must be numeric, got dtype {value.dtype}")
        object.__setattr__(self, "arrays", arrays)


Record: TypeAlias = Row | Spend | Artifact
Artifacts: TypeAlias = Mapping[int, Mapping[str, Mapping[str, NDArray[Any]]]]


class Prepare(Protocol):
    """Loads, splits and embeds the data once a process."""

    def __call__(self, setting: Setting, data: str | None = None) -> Any:
        """Return what every trial of this process needs."""


Trial: TypeAlias = Callable[[Setting, int, Any], Iterator[Record]]
Figures: TypeAlias = Callable[["pd.DataFrame", Artifacts], "Mapping[str, Figure]"]


@dataclass(frozen=True)
class Experiment:
    """A paper's file, checked: who takes part, what is claimed, at which sizes, and how.

    `arms` maps each arm to its role: "method", "baseline" or "oracle". `module` is the dotted name
    from which a worker imports the same experiment again.
    """

    slug: str
    title: str
    module: str
    arms: Mapping[str, str]
    claims: Sequence[Claim]
    settings: Mapping[str, Setting]
    prepare: Prepare
    trial: Trial
    figures: Figures

    def setting(self, scale: str) -> Setting:
        """Return the setting of that name, or say which there are."""
        check_choice("scale", scale, tuple(self.settings))
        return self.settings[scale]


def experiment_from(module: ModuleType) -> Experiment:
    """Read a paper's module into an `Experiment`.

    The module defines `paper` (an entry with `slug` and `title`), `arms`, `claims`, `settings`,
    `prepare`, `trial` and `figures`.

    Raises
    ------
    ValueError
        If a name is missing, a role or scale is unknown, or a claim names an arm that is absent.
    """
    names = ("paper", "arms", "claims", "settings", "prepare", "trial", "figures")
    missing = [name for name in names if not hasattr(module, name)]
    if missing:
        raise ValueError(f"{module.__name__} must define {', '.join(missing)}")
    for arm, role in module.arms.items():
        check_choice(f"arms[{arm!r}]", role, ROLES)
    for scale in module.settings:
        check_choice("settings", scale, SCALES)
    for claim in module.claims:
        unknown = [arm for arm in claim.arms if arm not in module.arms]
        if unknown:
            raise ValueError(
                f"{module.__name__}: claim {claim.text!r} names unknown arm {unknown[0]!r}"
            )
    return Experiment(
        slug=module.paper.slug,
        title=module.paper.title,
        module=module.__name__,
        arms=dict(module.arms),
        claims=tuple(module.claims),
        settings=dict(module.settings),
        prepare=module.prepare,
        trial=module.trial,
        figures=module.figures,
    )
