"""Which estimator of mutual information suits which kinds of variables."""

from infomax.measures._variables import LABELS, REPEATS


def default_estimator(x: str, y: str) -> tuple[str, str]:
    """Return the estimator for two kinds of variables, and why.

    Chosen on families 1 to 4 of `infomax.data.mi_tasks`; ``python -m benchmarks.estimators``
    prints how each estimator does on all of them. Numbers that repeat go through `break_ties`
    first: Gao's `mixed_mutual_information` sees dependence between unrelated counts.
    """
    kinds = {x, y}
    if kinds == {LABELS}:
        return "plugin", "both are labels: they are counted"
    ties = " after ties are broken at random" if REPEATS in kinds else ""
    if LABELS in kinds:
        return "ross", f"a label and numbers: neighbours are counted within each label{ties}"
    if REPEATS in kinds:
        return "ksg", f"both are numbers, many repeat: neighbours are counted{ties}"
    return "corrected_ksg", "both are numbers: neighbours are counted, their bias corrected"
