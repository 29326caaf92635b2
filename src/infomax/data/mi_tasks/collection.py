"""The tasks that a benchmark of estimators runs through."""

from infomax.data.mi_tasks.bivariate import additive_noise, bivariate_normal
from infomax.data.mi_tasks.mixtures import ai_shaped, concentric, galaxy, inliers, waves, x_shaped
from infomax.data.mi_tasks.normal import dense_normal, paired_normal
from infomax.data.mi_tasks.student import student_t
from infomax.data.mi_tasks.task import MITask


def benchmark_tasks() -> dict[str, MITask]:
    """Return the tasks of the published benchmark by name.

    Returns
    -------
    dict of MITask
        From pairs of numbers to vectors of fifty; every truth but those of the mixtures is exact.

    References
    ----------
    Czyż, Grabowski, Vogt, Beerenwinkel and Marx (2023), Section 3.

    Examples
    --------
    >>> tasks = benchmark_tasks()
    >>> len(tasks), round(tasks["dense normal 5 x 5"].mutual_information, 6)
    (44, 0.592812)
    """
    bent = ("normal", "uniform", "bimodal", "wiggly", "half_cube", "swiss_roll")
    heavy = ((1, 1), (2, 1), (2, 2), (3, 2), (3, 3), (5, 2), (5, 3))
    tasks = [
        *(bivariate_normal(shape=shape) for shape in bent),
        *(additive_noise(epsilon=epsilon) for epsilon in (0.1, 0.75)),
        *(dense_normal(d) for d in (2, 3, 5, 25, 50)),
        *(paired_normal(d) for d in (2, 3, 5, 25)),
        *(
            paired_normal(d, shape=shape)
            for shape in ("uniform", "half_cube", "spiral", "spiral_uniform")
            for d in (3, 5, 25)
        ),
        *(student_t(d, dof=dof) for d, dof in heavy),
        student_t(1, dof=1, shape="asinh"),
        student_t(2, dof=1, shape="asinh"),
        x_shaped(), ai_shaped(), galaxy(), waves(), concentric(3), inliers(5),
    ]  # fmt: skip
    return {task.name: task for task in tasks}
