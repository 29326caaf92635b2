"""The house keeps its promises: light imports, documented names, floors without shortcuts."""

import importlib
import inspect
import subprocess
import sys

import pytest

ROOMS = (
    "measures",
    "networks",
    "coding",
    "selection",
    "control",
    "inference",
    "language",
    "representation",
)


def _public(room: str) -> list[tuple[str, object]]:
    module = importlib.import_module(f"infomax.{room}")
    return [(name, getattr(module, name)) for name in module.__all__]


PUBLIC = [(room, name, value) for room in ROOMS for name, value in _public(room)]
IDS = [f"{room}.{name}" for room, name, _ in PUBLIC]
FUNCTIONS = [value for _, _, value in PUBLIC if inspect.isfunction(value)]


def test_importing_infomax_loads_no_third_party_package():
    code = (
        "import sys; before = set(sys.modules); import infomax; "
        "new = {m.split('.')[0] for m in set(sys.modules) - before}; "
        "print(sorted(new - set(sys.stdlib_module_names) - {'infomax'}))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


MODULES = {"BilinearCritic", "ConcatenatedCritic", "SeparableCritic"}  # of torch, by their nature


@pytest.mark.parametrize("room", ["measures", "coding", "selection", "language"])
def test_a_room_that_needs_no_torch_does_not_load_it(room):
    code = f"import sys, infomax; names = set(infomax.{room}.__all__) - {MODULES}; "
    code += f"[getattr(infomax.{room}, n) for n in names]; "
    code += "print('torch' in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "False"


@pytest.mark.parametrize("room", ROOMS)
def test_public_names_are_sorted_and_resolve(room):
    module = importlib.import_module(f"infomax.{room}")
    assert list(module.__all__) == sorted(module.__all__)
    assert set(module.__all__) <= set(dir(module))


@pytest.mark.parametrize(("room", "name", "value"), PUBLIC, ids=IDS)
def test_every_public_name_is_documented(room, name, value):
    text = inspect.getdoc(value) or ""
    assert text, "has no docstring"
    is_protocol = getattr(value, "_is_protocol", False)
    is_result = hasattr(value, "__dataclass_fields__")
    if callable(value) and not is_protocol:
        takes = [p for p in inspect.signature(value).parameters if p not in ("args", "kwargs")]
        assert not takes or "Parameters\n---" in text, "has no section Parameters"
    if inspect.isfunction(value):
        assert "Returns\n---" in text, "has no section Returns"
    if not is_protocol and not is_result:
        assert ">>> " in text, "has no example"


@pytest.mark.parametrize("value", FUNCTIONS, ids=lambda function: function.__name__)
def test_options_are_keyword_only(value):
    parameters = inspect.signature(value).parameters.values()
    defaults = [p for p in parameters if p.default is not p.empty and p.default is not None]
    assert all(p.kind is p.KEYWORD_ONLY for p in defaults if p.kind is not p.VAR_POSITIONAL)
