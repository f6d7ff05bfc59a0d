"""Runs the examples in the docstrings and in the README."""

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import podverdict

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL
MODULES = ["podverdict"] + [
    f"podverdict.{module.name}"
    for module in pkgutil.iter_modules(podverdict.__path__)
    if module.name not in ("_native", "__main__")
]


@pytest.mark.parametrize("name", MODULES)
def test_docstrings(name: str) -> None:
    results = doctest.testmod(importlib.import_module(name), optionflags=OPTIONS)
    assert not results.failed


def test_readme() -> None:
    readme = Path(__file__).parent.parent / "README.md"
    results = doctest.testfile(str(readme), module_relative=False, optionflags=OPTIONS)
    assert results.attempted > 5
    assert not results.failed
