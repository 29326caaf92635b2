"""What the page refuses, each with the status and a sentence that says what to do."""


class RefusedError(Exception):
    """A request that is not carried out."""

    status = 400

    def __init__(self, text: str, *, status: int | None = None) -> None:
        super().__init__(text)
        self.status = status or self.status


class AbsentError(RefusedError):
    """Nothing has that address."""

    status = 404


class ForbiddenError(RefusedError):
    """Not for this visitor."""

    status = 403


class TooOftenError(RefusedError):
    """More often than the limit allows; `seconds` until it may be tried again."""

    status = 429

    def __init__(self, seconds: int) -> None:
        unit = f"{seconds} seconds" if seconds < 120 else f"{seconds // 60} minutes"
        super().__init__(f"That was too often. Please wait up to {unit} and try again.")
        self.seconds = seconds
