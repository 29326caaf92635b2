"""Which estimator of mutual information suits which kinds of variables."""

from infomax.measures._variables import LABELS, REPEATS, Variable


def default_estimator(x: Variable, y: Variable) -> tuple[str, str]:
    """Return the estimator for two variables, and why.

    Chosen on families 1 to 4 of `infomax.data.mi_tasks`; ``python -m benchmarks.estimators``
    prints how each estimator does on all of them. Numbers that repeat go through `break_ties`
    first: Gao's `mixed_mutual_information` sees dependence between unrelated counts.
    """
    kinds = {x.kind, y.kind}
    if kinds == {LABELS}:
        return "plugin", "both are labels: they are counted"
    ties = " after ties are broken at random" if REPEATS in kinds else ""
    if LABELS in kinds:
        return "ross", f"a label and numbers: neighbours are counted within each label{ties}"
    if ties and x.n_dims == y.n_dims == 1:  # broken ties are no Gaussian, and there is little bias
        return "ksg", f"two columns of numbers, many repeat: neighbours are counted{ties}"
    return "corrected_ksg", f"numbers: neighbours are counted, their bias corrected{ties}"
