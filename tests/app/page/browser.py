"""What a person does: opens pages, reads the form's secret, sends forms."""

import re
from html import unescape
from typing import Any

from starlette.testclient import TestClient


class Visit:
    """One browser, by its cookies."""

    def __init__(self, app: Any, *, host: str = "127.0.0.1") -> None:
        self.client = TestClient(app, base_url=f"http://{host}", follow_redirects=False)

    def get(self, path: str, **options: Any) -> Any:
        """Open a page."""
        return self.client.get(path, **options)

    def text(self, path: str) -> str:
        """Return a page that must be there."""
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[-800:])
        return str(answer.text)

    def form_secret(self, path: str) -> str:
        """Return the secret of the first form of a page."""
        found = re.search(r'name="form" value="([^"]+)"', self.text(path))
        assert found, f"{path} has no form"
        return unescape(found[1])

    def send(self, path: str, *, seen_on: str = "/settings", **fields: Any) -> Any:
        """Send a form as a page of ours would."""
        files = fields.pop("files", None)
        data = {"form": self.form_secret(seen_on), **fields}
        return self.client.post(path, data=data, files=files)


def links_in(text: str, part: str) -> list[str]:
    """Return the addresses in a text that hold a part."""
    return [link for link in re.findall(r"https?://[^\s<>\"]+", text) if part in link]
