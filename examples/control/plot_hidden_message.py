"""
Can a walk to the goal spell a word?
====================================

An agent that prefers its best move but does not insist on it can hide letters in the moves it
happens to take. Whoever knows its policy reads them; to everybody else it behaves as always. Here
each walk over a slippery grid carries one letter of a word.
"""

# %%
# How likely each letter is comes from a text that lies on this machine: the description of a data
# set in scikit-learn.
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_diabetes

from infomax.control import GridWorld, MarkovCodingGame, soft_q_iteration
from infomax.data.letters import letter_frequencies
from infomax.measures import entropy

letters = letter_frequencies(load_diabetes().DESCR, alphabet="abcdefghijklmnopqrstuvwxyz")
prior = (letters.counts + 1) / (letters.counts + 1).sum()
word = [letters.letters.index(letter) for letter in "infomax"]
print(f"a letter holds {entropy(prior):.2f} nats")

# %%
# A planner that pays for the entropy of its moves gives policies from strict to careless. The
# stricter, the more reward and the less room for the word; a limit on the code leaves less room
# still. Each line below is what a reader of seven walks gets.
world = GridWorld()


def send(temperature, limit=None, seed=0):
    """Hide the word in one walk a letter."""
    plan = soft_q_iteration(world.P, world.R, world.terminal, temperature=temperature)
    max_entropy = None if limit is None else limit * entropy(prior)
    game = MarkovCodingGame(world, plan.policy, prior, max_entropy=max_entropy)
    generator = np.random.default_rng(seed)
    return [game.play(letter, random_state=generator) for letter in word]


for temperature in (0.0, 0.0025, 0.006, 0.015):
    for limit in (None, 0.3):
        walks = send(temperature, limit)
        read = "".join(letters.letters[walk.decoded] for walk in walks)
        reward = np.mean([walk.discounted_reward for walk in walks])
        print(f"temperature {temperature:6}  limit {limit or 'none':>4}  {read}  {reward:5.2f}")

# %%
# The belief in the letter that was meant grows as the walk goes on: slowly where the corridor
# leaves no choice, fast where two moves are as good.
free, limited = send(0.006), send(0.006, limit=0.3)
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
left.imshow(np.isnan(world.as_grid(world.R)), cmap="Greys", vmax=2)
for walk, letter in zip(free[:3], "inf", strict=True):
    jitter = np.random.default_rng(letter == "n").normal(scale=0.07, size=(len(walk.states), 2))
    row, column = (world.cells[walk.states] + jitter).T
    left.plot(column, row, label=letter, linewidth=1)
left.annotate("goal", (7, 0), ha="center", va="center")
left.annotate("trap", (7, 1), ha="center", va="center")
left.set(title="three walks", xticks=[], yticks=[])
left.legend(loc="lower left")
for walks, label in ((free, "no limit"), (limited, "0.3 of the letter's entropy a move")):
    belief = np.ones((len(walks), 101))
    for row, walk in enumerate(walks):
        told = walk.beliefs[:, walk.message]
        belief[row] = np.append(told, np.full(101 - len(told), told[-1]))
    right.plot(belief.mean(axis=0)[:60], label=label)
right.set(title="belief in the letter meant, mean of seven", xlabel="move", ylim=(0, 1.05))
right.legend(loc="lower right")
plt.show()
