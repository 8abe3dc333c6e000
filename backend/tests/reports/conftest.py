from tests.notes.conftest import a_drafted, desk

__all__ = ["a_drafted", "desk"]
