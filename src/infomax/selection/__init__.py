"""Pick k of n: what covers most, whom to start with, what to ask next.

Selectors take data or an objective and return a `Selection`: the items in the order picked, what
each added, and an upper bound on what any choice of that size could be worth. `maximize` does this
for any monotone submodular function, for instance `FacilityLocation` (which items stand for all the
others) and `WeightedCoverage`.

On graphs, `spread` says how many nodes a set of seeds reaches in expectation, `opim_c`, `imm` and
`celf` choose the seeds, and `capacity_constrained_im` chooses whom each participant of a campaign
should invite when nobody may invite more than a few. Graphs are `scipy.sparse` matrices of
probabilities, edge lists, or objects of networkx, igraph and PyTorch Geometric.

Examples
--------
>>> from infomax.selection import opim_c, weighted_cascade
>>> star = weighted_cascade([(0, 1), (0, 2), (0, 3), (4, 3)])
>>> opim_c(star, 1, random_state=0).indices.tolist()
[0]
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
