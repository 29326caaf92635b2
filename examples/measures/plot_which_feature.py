"""
Which of two features tells more about the target?
==================================================

A correlation looks for straight lines and needs numbers. Mutual information asks how much shorter
the target can be told once the feature is known, whatever the shape of the dependence. Here two
measurements of breast tumours and the diagnosis, from scikit-learn.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_breast_cancer

from infomax.measures import conditional_mutual_information, entropy, mutual_information

# %%
# Each measurement is cut into five bins of equally many patients, so that it becomes a label.

data = load_breast_cancer(as_frame=True)
diagnosis = data.target.map({0: "malignant", 1: "benign"})


def binned(name, n_bins=5):
    """Return the bin of each patient."""
    values = data.data[name]
    edges = np.quantile(values, np.linspace(0, 1, n_bins + 1)[1:-1])
    return np.digitize(values, edges)


radius, texture = binned("mean radius"), binned("mean texture")

# %%
# The radius tells far more: about half of what there is to know about the diagnosis.

print(f"to be told: {entropy(samples=diagnosis, base=2):.2f} bits")
for name, labels in (("radius", radius), ("texture", texture)):
    print(f"{name:>8}: {mutual_information(labels, diagnosis, base=2):.2f} bits")

# %%
# Which to measure next, when the radius is known? Not the perimeter, which tells most by itself
# but mostly the same; smoothness tells little by itself, and nearly all of that is new.

names = ["mean radius", "mean perimeter", "mean texture", "mean smoothness", "mean symmetry"]
alone = [mutual_information(binned(name), diagnosis, base=2) for name in names]
beside = [
    conditional_mutual_information(
        binned(name), diagnosis, radius, estimator="miller_madow", base=2
    )
    for name in names
]

figure, axis = plt.subplots(figsize=(6, 3.5), layout="constrained")
rows = np.arange(len(names))
axis.barh(rows - 0.2, alone, height=0.4, label="alone")
axis.barh(rows + 0.2, beside, height=0.4, label="once the radius is known")
axis.set(yticks=rows, yticklabels=names, xlabel="bits about the diagnosis")
axis.invert_yaxis()
axis.legend()

# %%
# Chance makes any feature look informative. Shuffled features show how much: the plug-in estimate
# is too high by about (bins - 1) / 2n nats, which Miller and Madow's correction takes away.

rng = np.random.default_rng(0)
for estimator in ("plugin", "miller_madow"):
    shuffled = [
        mutual_information(rng.permutation(texture), diagnosis, estimator=estimator, base=2)
        for _ in range(200)
    ]
    print(f"{estimator:>12}: {np.mean(shuffled):+.4f} bits on shuffled texture")
