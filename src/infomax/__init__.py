"""Information maximization as parts: published methods on your own data, each claim judged.

==================  ==========================================================================
room                what it holds
==================  ==========================================================================
`measures`          how much information: entropies, divergences, mutual information
`networks`          small networks, trained alone or by the hundred, watched while they train
`data`              real data sets from installed packages, readers for your own files
`coding`            say it shorter: couplings, entropy-bounded maps, bottlenecks
`inference`         learning theory: posteriors, bounds, how much bias a task needs
`representation`    learn what to keep: contrastive losses, bottlenecks, generators
`selection`         pick k of n: coverage, influence maximization
`control`           act to gain information: planning, grid worlds, coding games
`language`          language models: decoding, and how like human text the result is
`lab`               what a claim is and how it is judged
`papers`            one file a paper: its claims, and the experiment that tests them
`app`               the command line and the report
==================  ==========================================================================

Rooms load on first use: ``infomax.coding.minimum_entropy_coupling`` works after
``import infomax``, which by itself loads no third-party package.
"""

from importlib import import_module
from typing import Any

_ROOMS = (
    "app",
    "coding",
    "control",
    "data",
    "inference",
    "lab",
    "language",
    "measures",
    "networks",
    "papers",
    "representation",
    "selection",
)

__all__ = ["__version__", *_ROOMS]  # noqa: PLE0604 (room names are strings)


def __getattr__(name: str) -> Any:
    if name in _ROOMS or name == "exceptions":
        return import_module(f"infomax.{name}")
    if name == "__version__":
        from importlib.metadata import version

        return version("infomax")
    raise AttributeError(f"module 'infomax' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "exceptions"])
