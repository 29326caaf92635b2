"""Rendered pieces of pages, kept as long as what they show."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from markupsafe import Markup

N_KEPT = 400


class Fragments:
    """The pieces that were asked for last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Markup] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, render: Callable[[], Markup]) -> Markup:
        """Return the piece of that key, rendered if it is not there."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        fresh = render()
        with self._lock:
            self._kept[key] = fresh
            while len(self._kept) > N_KEPT:
                self._kept.popitem(last=False)
        return fresh
