"""Kernels that numba compiles: what a signal does while one of them is loaded."""

import signal
import threading

import pytest

from polygeo.simd.compiled import _Kept


class Loading:
    """A cache in which a Ctrl-C comes while it loads; ``done`` says that it came to the end."""

    done = False

    def load_overload(self, *call):
        signal.raise_signal(signal.SIGINT)
        self.done = True
        return "kernel"


def test_a_ctrl_c_waits_until_a_kernel_is_loaded():
    """LLVM calls Python while it loads: there a Ctrl-C is dropped, or the process dies."""
    cache, before = Loading(), signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            _Kept(cache).load_overload("signature")
        assert cache.done
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_load_kernels_too():
    """Only the main thread may set handlers, and only it is interrupted."""

    class Quiet:
        def load_overload(self, *call):
            return call

    found = []
    thread = threading.Thread(target=lambda: found.append(_Kept(Quiet()).load_overload(1)))
    thread.start()
    thread.join()
    assert found == [(1,)]
