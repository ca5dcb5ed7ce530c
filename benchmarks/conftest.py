"""What every timing shares: ``--small`` leaves out the sizes that take seconds and memory."""

from __future__ import annotations

import pytest

__all__ = ["pytest_addoption", "pytest_collection_modifyitems", "pytest_configure"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--small`` leaves out what takes long."""
    parser.addoption("--small", action="store_true", help="leave out the sizes that take long")


def pytest_configure(config: pytest.Config) -> None:
    """The mark of the long ones."""
    config.addinivalue_line("markers", "large: takes seconds or much memory (left out by --small)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the long ones where asked."""
    if config.getoption("--small"):
        skip = pytest.mark.skip(reason="--small")
        for item in items:
            if "large" in item.keywords:
                item.add_marker(skip)
