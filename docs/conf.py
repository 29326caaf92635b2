"""Sphinx settings; pages that repeat what the code says are generated before reading."""

import importlib.metadata
import sys
import warnings
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from generate import ROOMS, generate  # noqa: E402

generate(HERE / "generated")

project = "infomax"
author = "The infomax developers"
release = version = importlib.metadata.version("infomax")
extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx_gallery.gen_gallery",
]
myst_enable_extensions = ["dollarmath", "colon_fence"]
autosummary_generate = True
autosummary_imported_members = False
autodoc_typehints = "none"  # docstrings say more, and aliases are shown unfolded
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
exclude_patterns = ["_build", "gallery/**/*.ipynb", "gallery/**/*.py", "gallery/**/*.json"]
default_role = "py:obj"  # a name in single backticks is a link where it has a page
templates_path = ["templates"]
html_theme = "pydata_sphinx_theme"
html_title = "infomax"
html_show_sourcelink = False
html_theme_options = {"show_prev_next": False, "navigation_with_keys": False}
sphinx_gallery_conf = {
    "examples_dirs": [str(HERE.parent / "examples" / room) for room in ROOMS],
    "gallery_dirs": [f"gallery/{room}" for room in ROOMS],
    "filename_pattern": "/plot_",
    "abort_on_example_error": True,
    "show_memory": False,
    "capture_repr": (),
    "download_all_examples": False,
    "remove_config_comments": True,
}
suppress_warnings = ["config.cache"]  # functions in the gallery's settings cannot be pickled
warnings.filterwarnings("ignore", message=".*FigureCanvasAgg is non-interactive.*")
