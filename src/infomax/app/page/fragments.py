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
        self._turns: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, render: Callable[[], Markup]) -> Markup:
        """Return the piece of that key; of many who ask at once for a new one, one renders it."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            turn = self._turns.setdefault(key, threading.Lock())
        with turn:
            with self._lock:
                if key in self._kept:
                    return self._kept[key]
            try:
                fresh = render()
                self._keep(key, fresh)
            finally:
                with self._lock:
                    self._turns.pop(key, None)
        return fresh

    def _keep(self, key: Hashable, fresh: Markup) -> None:
        with self._lock:
            self._kept[key] = fresh
            while len(self._kept) > N_KEPT:
                self._kept.popitem(last=False)
