"""The examples of a tutorial run in the folder of its data."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def in_the_folder_of_the_data(monkeypatch):
    monkeypatch.chdir(Path(__file__).parent / "data")
