"""Links that carry a signed promise, and forms that only our pages can send."""

import hashlib
import hmac
import secrets
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Form, Request
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from infomax.app.page.errors import ForbiddenError, RefusedError
from infomax.app.page.store.models import UsedLink


class Links:
    """Signs what a link says; each purpose has signatures of its own."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def sign(self, purpose: str, content: dict[str, Any]) -> str:
        """Return a token that says `content` and can be used once where that is asked for."""
        return str(self._serializer(purpose).dumps({**content, "nonce": secrets.token_hex(8)}))

    def read(self, purpose: str, token: str, *, days: float | None) -> dict[str, Any]:
        """Return what a token says.

        Raises
        ------
        RefusedError
            If it was not signed here for this purpose, or is too old.
        """
        try:
            seconds = None if days is None else int(days * 86_400)
            content = self._serializer(purpose).loads(token, max_age=seconds)
        except SignatureExpired:
            raise RefusedError("This link is too old. Please ask for a new one.") from None
        except BadSignature:
            raise RefusedError("This link is not valid. Please ask for a new one.") from None
        return dict(content)

    def _serializer(self, purpose: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            self._secret, salt=f"infomax {purpose}", signer_kwargs={"digest_method": hashlib.sha256}
        )


def use_once(session: Session, token: str) -> None:
    """Mark a token as used.

    Raises
    ------
    RefusedError
        If it was used before.
    """
    digest = hashlib.sha256(token.encode()).hexdigest()
    if session.get(UsedLink, digest) is not None:
        raise RefusedError("This link was used already. Please ask for a new one.")
    session.add(UsedLink(digest=digest))
    session.flush()


def form_token(request: Request) -> str:
    """Return the secret of this visitor's forms, made at the first form."""
    return str(request.session.setdefault("form", secrets.token_urlsafe(24)))


def check_form(request: Request, form: Annotated[str, Form(max_length=100)] = "") -> None:
    """Refuse a form that does not come from a page of ours.

    Raises
    ------
    ForbiddenError
        If its secret or its origin is another one.
    """
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    expected = str(request.session.get("form", ""))
    if foreign or not expected or not hmac.compare_digest(expected.encode(), form.encode()):
        raise ForbiddenError(
            "This form is too old, or did not come from this page. Go back, reload and send it again."
        )


FromOurForm = Depends(check_form)
