"""Ctrl-C in the middle of a call of a compiled function."""

from __future__ import annotations

__all__ = ["from_ctrl_c"]


def from_ctrl_c(problem: BaseException) -> bool:
    """Test whether a SystemError is a Ctrl-C: numba returns a result all the same if one came while
    it looked at the arguments, and Python then complains of a result with an exception set.

    >>> wrapped = SystemError("returned a result with an exception set")
    >>> wrapped.__cause__ = KeyboardInterrupt()
    >>> from_ctrl_c(wrapped), from_ctrl_c(SystemError())
    (True, False)
    """
    if not isinstance(problem, SystemError):
        return False
    behind: BaseException | None = problem
    for _ in range(10):  # it may be wrapped again and again
        if behind is None or isinstance(behind, KeyboardInterrupt):
            break
        behind = behind.__cause__ or behind.__context__
    return isinstance(behind, KeyboardInterrupt)
