import sys

import pytest

from infomax.lab.code_hash import code_state

FILES = {
    "house/__init__.py": "import never_followed",
    "house/room/__init__.py": "",
    "house/room/__init__.pyi": "from ._lazy import couple as couple\nfrom ._other import Other as Other\nfrom ._unused import unused as unused\n",
    "house/room/_lazy.py": "from house.room._deep import depth\n",
    "house/room/_deep.py": "from . import _sibling\nfrom .._floor import check\n",
    "house/room/_sibling.py": "import numpy",
    "house/room/_other.py": "",
    "house/room/_unused.py": "",
    "house/_floor.py": "from house.room import couple",  # a circle
    "house/plain/__init__.py": "",
    "house/plain/graphs.py": "",
    "house/lab_like.py": "from infomax.lab.claims import Bound",
    "house/paper.py": (
        "from house import room as r, lab_like\nimport house.plain.graphs as g\n"
        "import infomax.exceptions\nfrom infomax.lab.contract import Row\n"
        "def trial():\n    from house.room import couple\n    return r.Other.attribute\n"
    ),
}
FOLLOWED = [
    "house/_floor.py",
    "house/lab_like.py",
    "house/paper.py",
    "house/plain/graphs.py",
    "house/room/_deep.py",
    "house/room/_lazy.py",
    "house/room/_other.py",
    "house/room/_sibling.py",
    "infomax/exceptions.py",
]


@pytest.fixture
def house(tmp_path, monkeypatch):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_imports_are_followed_to_the_files_that_define_them(house):
    state = code_state("house.paper")
    assert sorted(state.files) == FOLLOWED
    assert set(state.versions) == {"numpy", "scipy", "numba", "torch"}


def test_nothing_is_run(house):
    code_state("house.paper")
    assert not {name for name in sys.modules if name.startswith("house")}


@pytest.mark.parametrize("name", ["house/paper.py", "house/room/_deep.py"])
def test_change_of_a_file_changes_the_hash_and_is_told(house, name):
    before = code_state("house.paper")
    assert code_state("house.paper") == before
    (house / name).write_text(FILES[name] + "\nmore = 1\n")
    after = code_state("house.paper")
    assert after.hash != before.hash
    assert after.changes_since(before) == (f"{name} changed",)
    assert before.changes_since(before) == ()


@pytest.mark.parametrize("name", ["house/__init__.py", "house/room/_unused.py"])
def test_change_of_what_is_not_imported_changes_nothing(house, name):
    before = code_state("house.paper")
    (house / name).write_text("more = 1")
    assert code_state("house.paper") == before


def test_line_endings_do_not_matter(house):
    before = code_state("house.paper")
    text = (house / "house/paper.py").read_bytes()
    (house / "house/paper.py").write_bytes(text.replace(b"\n", b"\r\n"))
    assert code_state("house.paper") == before


def test_layout_comments_and_docstrings_do_not_matter(house):
    before = code_state("house.paper")
    text = FILES["house/paper.py"].replace("def trial():", 'def trial():\n    """Say."""\n')
    (house / "house/paper.py").write_text('"""Says what it is."""\n' + text + "  # a remark\n")
    assert code_state("house.paper") == before


def test_files_and_versions_that_come_and_go_are_told(house, monkeypatch):
    before = code_state("house.paper")
    (house / "house/lab_like.py").unlink()
    monkeypatch.setattr("infomax.lab.code_hash.version", lambda _: "9")
    told = code_state("house.paper").changes_since(before)
    assert told[0] == "house/lab_like.py is gone"
    assert told[1].startswith("numba ")
    assert told[1].endswith("-> 9")
    assert before.changes_since(code_state("house.paper"))[0] == "house/lab_like.py is new"


@pytest.mark.parametrize("name", ["house.missing", "nowhere.paper", "house.room", "__main__"])
def test_what_is_no_module_file_is_refused(house, name):
    with pytest.raises(ValueError, match="`module` must"):
        code_state(name)
