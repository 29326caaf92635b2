"""Small graphs with probabilities, families of sets, and who may invite whom."""

import numpy as np
from hypothesis import strategies as st
from scipy import sparse


@st.composite
def probability_graphs(draw, *, max_nodes: int = 6, max_arcs: int = 10, threshold: bool = False):
    """Draw a graph with few enough arcs to enumerate; as thresholds its in-weights are at most 1."""
    n = draw(st.integers(2, max_nodes))
    pairs = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda a: a[0] != a[1])
    arcs = draw(st.lists(pairs, unique=True, min_size=1, max_size=max_arcs))
    numbers = draw(
        st.lists(
            st.sampled_from([0.05, 0.2, 0.25, 0.5, 0.9, 1.0]),
            min_size=len(arcs),
            max_size=len(arcs),
        )
    )
    source, target = np.array(arcs).T
    p = np.array(numbers)
    if threshold:
        p = p / np.maximum(1, np.bincount(target, weights=p)[target])
    return sparse.csr_array(sparse.coo_array((p, (source, target)), shape=(n, n)))


@st.composite
def set_families(draw, *, max_sets: int = 7, n_elements: int = 8):
    """Draw sets of elements and a weight for each element."""
    members = st.lists(st.integers(0, n_elements - 1), unique=True, max_size=n_elements)
    sets = draw(st.lists(members, min_size=1, max_size=max_sets))
    weights = draw(st.lists(st.integers(0, 5), min_size=n_elements, max_size=n_elements))
    return sets, [float(w) for w in weights]


@st.composite
def similarities(draw, *, max_rows: int = 5, max_items: int = 6):
    """Draw a matrix of similarities that are not negative."""
    rows, items = draw(st.integers(1, max_rows)), draw(st.integers(1, max_items))
    entries = st.lists(st.integers(0, 6), min_size=rows * items, max_size=rows * items)
    return np.array(draw(entries), dtype=float).reshape(rows, items)


@st.composite
def invitations(draw, *, max_participants: int = 3, n_friends: int = 5, max_limit: int = 3):
    """Draw whom each participant may invite, and how many at most; friends are 0 to n − 1."""
    friends = st.lists(st.integers(0, n_friends - 1), unique=True, max_size=n_friends)
    lists = draw(st.lists(friends, min_size=1, max_size=max_participants).filter(any))
    limits = draw(st.lists(st.integers(1, max_limit), min_size=len(lists), max_size=len(lists)))
    return {100 + u: sorted(nodes) for u, nodes in enumerate(lists)}, limits
