"""How often one visitor may do what."""

from collections.abc import Mapping

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from infomax.app.page.errors import TooOftenError


class Rates:
    """Counts in this process; a restart forgets."""

    def __init__(self, rates: Mapping[str, str]) -> None:
        self._rates: dict[str, RateLimitItem] = {what: parse(rate) for what, rate in rates.items()}
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def hit(self, what: str, *keys: str) -> None:
        """Count one more for each key.

        Raises
        ------
        TooOftenError
            If one of them has done it too often; it says when to come back.
        """
        rate = self._rates[what]
        allowed = [self._limiter.hit(rate, what, key) for key in keys]
        if not all(allowed):
            raise TooOftenError(int(rate.get_expiry()))
