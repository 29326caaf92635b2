"""
How few bits can a letter be told in?
=====================================

A channel has room for one or two bits a letter, English letters carry about four. Which letters
should share a code, so that what arrives still tells as much as possible about what was sent? And
what if the receiver must see digits that are all equally likely?

The text is the descriptions of data sets that scikit-learn ships.
"""

from collections import Counter

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine

from infomax.coding import (
    bottleneck_coupling,
    entropy_bounded_coupling,
    entropy_bounded_map,
    scalar_quantizer_map,
)
from infomax.measures import entropy

# %%
# The letters and how often they come.

loaders = (load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine)
text = "".join(load().DESCR for load in loaders).lower()
counts = Counter(c for c in text if "a" <= c <= "z")
letters = sorted(counts)
p = np.array([counts[c] for c in letters], dtype=float)
p /= p.sum()
print(f"{sum(counts.values())} letters, {entropy(p, base=2):.2f} bits each")

# %%
# A code of at most two bits: the greedy map merges the likeliest letters until the rest fits.

code = entropy_bounded_map(p, max_entropy=2 * np.log(2))
for k in np.argsort(-code.code_pmf)[:4]:
    shared = "".join(c for c, label in zip(letters, code.labels, strict=True) if label == k)
    print(f"{code.code_pmf[k]:.2f}  {shared}")

# %%
# How far each code stays below what no code can exceed, the budget or the entropy of the letters.
# The fitted quantiser, blocks of neighbours in the alphabet, shows what a budget does by itself.
# Trying many maps and splitting one letter at random between two codes leaves next to nothing.

bits = np.linspace(0.25, 4.25, 33)
codes = {"greedy": [], "best of many, one letter split": [], "blocks of the alphabet": []}
for budget in bits * np.log(2):
    greedy = entropy_bounded_map(p, max_entropy=budget)
    blocks = scalar_quantizer_map(p, max_entropy=budget, fit=True)
    best = entropy_bounded_coupling(p, max_entropy=budget)
    codes["greedy"].append(greedy.upper_bound - greedy.entropy)
    codes["blocks of the alphabet"].append(blocks.upper_bound - blocks.entropy)
    codes["best of many, one letter split"].append(best.upper_bound - best.information)

figure, axis = plt.subplots(figsize=(6, 4), layout="constrained")
for name, lost in codes.items():
    axis.plot(bits, np.array(lost) / np.log(2), ".-", label=name)
axis.set(xlabel="budget, bits a letter", ylabel="below the bound, bits a letter", ylim=(0, None))
axis.legend()

# %%
# The receiver must see ten digits, all equally likely. Encoder and decoder are composed into one
# coupling of letters and digits; the smaller the budget, the more random it gets.

figure, axes = plt.subplots(1, 2, figsize=(8, 5), sharey=True, layout="constrained")
for axis, budget_bits in zip(axes, (1.5, 4.5), strict=True):
    coupling = bottleneck_coupling(
        p, np.full(10, 0.1), max_entropy=budget_bits * np.log(2), encoder="perturbed"
    )
    axis.imshow(coupling.joint.toarray() / p[:, None], aspect="auto", cmap="Greys", vmin=0)
    axis.set(
        title=f"{budget_bits} bits: keeps {coupling.information / np.log(2):.2f}",
        xlabel="digit",
        xticks=range(10),
        yticks=range(len(letters)),
        yticklabels=letters,
    )
axes[0].set_ylabel("letter")
