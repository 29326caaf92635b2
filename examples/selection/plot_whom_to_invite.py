"""
Whom should each participant invite, so that most others hear of it?
====================================================================

A campaign shows each of its participants a few friends to invite. If everybody invites their best
connected friends, many invite the same ones. Choosing for all participants together reaches more
people with the same number of invitations, and comes with a certificate of how far from the best
choice it can be.
"""

# %%
# A network of 1500 people, in which newcomers befriend three of those already there, the well
# connected ones most often. One person in twelve takes part. How likely a friend is to pass the
# word on is not known; as usual, everybody hears from one friend on average.

import matplotlib.pyplot as plt
import numpy as np

from infomax.selection import capacity_constrained_im, local_seeds, spread, weighted_cascade

rng = np.random.default_rng(0)
ends, arcs = [0, 1, 2, 3], []
for person in range(4, 1500):
    for friend in sorted({ends[i] for i in rng.integers(len(ends), size=3)}):
        arcs += [(friend, person), (person, friend)]
        ends += [friend, person]
network = weighted_cascade(arcs)
participants = rng.choice(1500, 125, replace=False)

# %%
# Each participant may invite two friends. The joint choice names them, in the order chosen, says
# how many people hear of it in expectation, and how much of the best possible that is for certain.
# This method samples a little longer than the default one and reaches a little further.

friends = capacity_constrained_im(
    network, participants, 2, method="rr-opim", epsilon=0.05, random_state=0
)
print("first pairs of participant and friend:", friends.pairs[:3].tolist())
print(f"people reached: about {friends.value:.0f}, at least {friends.lower:.0f}")
print(
    f"no choice reaches more than {friends.bound:.0f}: {friends.ratio:.0%} of the best is certain"
)

# %%
# The same with other limits, and what participants would do alone.

limits = [1, 2, 3, 5, 8]
ways = {
    "chosen together": lambda k: capacity_constrained_im(
        network, participants, k, method="rr-opim", epsilon=0.05, random_state=0
    ),
    "best connected friends": lambda k: local_seeds(
        network, participants, k, by="degree", random_state=0
    ),
    "any friends": lambda k: local_seeds(network, participants, k, by="random", random_state=0),
}
reached = {way: [] for way in ways}
distinct = {way: [] for way in ways}
for way, choose in ways.items():
    for k in limits:
        invited = np.unique(choose(k).indices)
        found = spread(network, invited, exclude=participants, n_simulations=5000, random_state=1)
        reached[way].append(found.value)
        distinct[way].append(invited.size)

# %%
# Together they reach further, most of all when invitations are few. The right panel shows why:
# well connected people are friends of many participants and get invited again and again. The curves
# draw closer as everybody may invite more of their friends.

figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
for way in ways:
    left.plot(limits, reached[way], marker="o", label=way)
    right.plot(limits, distinct[way], marker="o")
left.set(xlabel="friends each may invite", ylabel="people reached in expectation")
right.set(xlabel="friends each may invite", ylabel="different people invited")
left.legend(frameon=False)
plt.show()
