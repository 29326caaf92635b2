"""The one walk over live arcs that cascades and reverse-reachable sets share.

A cascade of independent tries reaches what is reachable over live arcs, forwards from the seeds; a
reverse-reachable set is what reaches its root, backwards. Under thresholds every node keeps at most
one live in-arc, so backwards the walk is a path.
"""

from typing import Any

from numba import njit

from infomax.selection.influence._random import exponential, uniform


@njit(cache=True)
def walk(
    state: Any,
    arcs: Any,
    reached: Any,
    first: Any,
    last: Any,
    seen: Any,
    stamp: Any,
    targets: Any,
    seek: Any,
) -> Any:  # pragma: no cover
    """Extend ``reached[first:last]`` to all they lead to; stop at a target if `seek`.

    Returns the end of the reached nodes, or −1 when a target was met.
    """
    at = first
    while at < last:
        v = reached[at]
        at += 1
        arc, stop = arcs.start[v], arcs.start[v + 1]
        if arcs.threshold:
            if arc == stop:
                continue
            state, pick = uniform(state)
            arc = _first_above(arcs.accept, arc, stop, pick)
            stop = min(stop, arc + 1)
            skip, thin = 0.0, False
        else:
            skip, thin = arcs.skip[v], arcs.thin[v]
        while arc < stop:
            if skip > 0.0:
                state, wait = exponential(state)
                wait *= skip
                if wait >= stop - arc:
                    break
                arc += int(wait)
            w = arcs.nodes[arc]
            live = seen[w] != stamp
            if live and thin:
                state, coin = uniform(state)
                live = coin < arcs.accept[arc]
            if live:
                if seek and targets[w]:
                    return -1
                seen[w] = stamp
                reached[last] = w
                last += 1
            arc += 1
    return last


@njit(cache=True)
def _first_above(running: Any, low: Any, high: Any, value: Any) -> Any:  # pragma: no cover
    while low < high:
        middle = (low + high) >> 1
        if running[middle] > value:
            high = middle
        else:
            low = middle + 1
    return low
