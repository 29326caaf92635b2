"""Entropy and information of labels without a word on how far to trust them."""

from typing import Any

from infomax.measures._inputs import in_base
from infomax.measures.discrete._counting import cells, coded_together
from infomax.measures.discrete._entropy import counts_of_samples
from infomax.measures.discrete._estimators import entropy_of_counts
from infomax.measures.discrete._information import information_of_cells


def label_entropy(samples: Any, *, base: float | None = None) -> float:
    """Return the plug-in entropy of labels."""
    return float(in_base(entropy_of_counts(counts_of_samples(samples), "plugin"), base))


def label_information(x: Any, y: Any, *, base: float | None = None) -> float:
    """Return the plug-in information of paired labels."""
    pairs = cells(*coded_together(("x", x), ("y", y)))
    return float(in_base(information_of_cells(pairs, "plugin"), base))
