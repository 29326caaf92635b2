"""Papers read from feeds that an editor is still choosing among."""

import secrets
import threading
from collections import OrderedDict

from infomax.app.page.papers.drafts import Draft

N_KEPT = 20


class PendingDrafts:
    """The lists that were read last; a restart forgets them."""

    def __init__(self) -> None:
        self._lists: OrderedDict[str, list[Draft]] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, drafts: list[Draft]) -> str:
        """Keep a list and return its token."""
        token = secrets.token_urlsafe(12)
        with self._lock:
            self._lists[token] = drafts
            while len(self._lists) > N_KEPT:
                self._lists.popitem(last=False)
        return token

    def get(self, token: str) -> list[Draft] | None:
        """Return the list of a token; None if it is forgotten."""
        return self._lists.get(token)
