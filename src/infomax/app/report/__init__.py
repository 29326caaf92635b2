"""The report: a static site of all papers, from the folders of their runs.

`site` writes it whole or not at all; `evidence` chooses which run speaks for a paper, `pages` says
what stands on a page, `drawing` and `equations` draw inline, `templates` and `static` are the look.
Nothing on the pages is fetched from a network, and all of it reads without a script.

Examples
--------
>>> from infomax.app.report import write_report
>>> from tempfile import mkdtemp
>>> from pathlib import Path
>>> write_report({}, Path(mkdtemp()) / "site").name
'index.html'
"""

from infomax.app.report.site import write_report as write_report

__all__ = ["write_report"]
