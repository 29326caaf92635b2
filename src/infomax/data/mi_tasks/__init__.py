"""Pairs of variables whose mutual information is known, to try estimators on.

Information does not change when X and Y are each sent through a homeomorphism, so hard tasks come
from bending easy ones: a task here is a law of which the density ratio is known, and a map for each
side. `MITask.sample` draws pairs, `MITask.mutual_information` is the truth in nats (exact, or a
Monte Carlo mean of the exact log density ratio with its standard error), and `MITask.profile` draws
pairs together with the information that each carries. The families are those of Czyż, Grabowski,
Vogt, Beerenwinkel and Marx (2023) and of the same authors' work on pointwise profiles (2025).

=======================  =====================================================================
family                   what makes it hard
=======================  =====================================================================
`bivariate_normal`       nothing, then uniform, bimodal or wiggly margins and a rolled-up sheet
`additive_noise`         edges: the density is zero outside a band
`dense_normal`           every coordinate of X tells a little about every one of Y
`paired_normal`          two pairs of coordinates tell all, the others nothing; also spiralled
`student_t`              heavy tails; dependence without correlation
`x_shaped`, `ai_shaped`  mixtures without correlation
`galaxy`, `waves`        mixtures in two clouds and twelve, bent
`concentric`             Y tells the width of X and nothing else
`inliers`                a share of the pairs is independent
=======================  =====================================================================

>>> from infomax.data.mi_tasks import bivariate_normal
>>> task = bivariate_normal(correlation=0.75, shape="wiggly")
>>> x, y = task.sample(1000, random_state=0)
>>> x.shape, round(task.mutual_information, 6)
((1000, 1), 0.413339)
"""

from infomax.data.mi_tasks.bivariate import additive_noise, bivariate_normal
from infomax.data.mi_tasks.collection import benchmark_tasks
from infomax.data.mi_tasks.mixtures import (
    ai_shaped,
    concentric,
    galaxy,
    gaussian_mixture,
    inliers,
    waves,
    x_shaped,
)
from infomax.data.mi_tasks.normal import correlated_normal, dense_normal, paired_normal
from infomax.data.mi_tasks.student import student_t
from infomax.data.mi_tasks.task import MITask, Profile

__all__ = [
    "MITask",
    "Profile",
    "additive_noise",
    "ai_shaped",
    "benchmark_tasks",
    "bivariate_normal",
    "concentric",
    "correlated_normal",
    "dense_normal",
    "galaxy",
    "gaussian_mixture",
    "inliers",
    "paired_normal",
    "student_t",
    "waves",
    "x_shaped",
]
