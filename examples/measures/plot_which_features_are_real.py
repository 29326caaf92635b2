"""
Which features tell something, and which only seem to?
======================================================

Every estimate from a sample is a little off, so that a useless feature gets a number too. Here each
of the thirteen measurements of scikit-learn's wines stands beside a shuffled copy of itself, which
tells nothing for sure. A permutation test gives each of the 26 a p-value, and the ranking by
information and the test agree on where to stop.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_wine

from infomax.measures import mutual_information_result

wine = load_wine(as_frame=True)
rng = np.random.default_rng(0)
cultivar = np.asarray(wine.target_names)[wine.target]
features = {name: np.asarray(column) for name, column in wine.data.items()}
copies = {f"{name}, shuffled": rng.permutation(column) for name, column in features.items()}

# %%
# One call a feature. The cultivar is a word, so it is a label; ``kind="mixed"`` says that whole
# numbers (of proline, of magnesium) are numbers, and that values repeat since they were rounded.

results = {
    name: mutual_information_result(
        column, cultivar, kind="mixed", n_permutations=99, random_state=0
    )
    for name, column in (features | copies).items()
}
ranking = sorted(results, key=lambda name: -results[name].value)
for name in ranking[:3]:
    print(f"{name}: {results[name].value:.2f} nats, p = {results[name].p_value}")
print(results[ranking[0]].reason)

# %%
# The p-values are of one feature each. Benjamini and Hochberg's rule keeps the rank down to which
# the p-values stay under a line, so that one in twenty of those kept may be chance.

p = np.array([results[name].p_value for name in ranking])
line = 0.05 * np.arange(1, len(p) + 1) / len(p)
n_kept = int(np.max(np.flatnonzero(np.sort(p) <= line), initial=-1)) + 1
kept = [ranking[i] for i in np.argsort(p, kind="stable")[:n_kept]]
print(f"kept: {n_kept} of {len(p)}, shuffled copies among them: {sum(n in copies for n in kept)}")

# %%
# Information on the left, p-values on the right: what the test keeps stands at the top of the
# ranking, and the shuffled copies gather around zero.

figure, (left, right) = plt.subplots(
    1, 2, figsize=(8, 5.5), sharey=True, width_ratios=(2, 1), layout="constrained"
)
rows = np.arange(len(ranking))
colours = ["tab:blue" if name in features else "lightgray" for name in ranking]
left.barh(rows, [results[name].value for name in ranking], color=colours)
left.set(yticks=rows, yticklabels=ranking, xlabel="nats about the cultivar")
left.invert_yaxis()
right.scatter(p, rows, c=colours, edgecolors="black", linewidths=0.5)
right.axvline(0.05, color="black", linewidth=0.8)
right.set(xlabel="p", xscale="log")
