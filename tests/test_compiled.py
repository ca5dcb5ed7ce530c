"""Kernels that numba compiles: what a signal does while one of them is loaded."""

import gc
import signal
import threading

import pytest
from numba.core import event
from numba.core.errors import TypingError

from polygeo.simd.compiled import _Kept, njit


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


class Collecting(event.Listener):
    """Whether garbage is collected while the compiler is at work."""

    def __init__(self):
        self.seen = []

    def on_start(self, event):
        self.seen.append(gc.isenabled())

    def on_end(self, event):
        self.seen.append(gc.isenabled())


@pytest.mark.parametrize("collects", [True, False])
@pytest.mark.parametrize("fails", [True, False])
def test_no_garbage_is_collected_while_a_kernel_is_compiled(collects, fails):
    """The setting is the caller's afterwards, also where compiling fails."""

    @njit()
    def inner(x):
        return x + 1

    @njit()
    def outer(x):
        return inner(x) + inner(2.0 * x)

    listener = Collecting()
    before = gc.isenabled()
    (gc.enable if collects else gc.disable)()
    try:
        with event.install_listener("numba:run_pass", listener):
            if fails:
                with pytest.raises(TypingError):
                    outer("a")
            else:
                assert outer(1) == 5.0
        assert listener.seen
        assert not any(listener.seen)
        assert gc.isenabled() == collects
    finally:
        (gc.enable if before else gc.disable)()


def test_kernels_have_no_wrapper_for_c():
    """It would be compiled, and nothing calls it."""

    @njit()
    def kernel(x):
        return x + 1

    assert kernel(1) == 2
    assert "cfunc." not in kernel.inspect_llvm(kernel.signatures[0])
