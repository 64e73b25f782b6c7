"""Solvers that speak to the terminal are asked to keep quiet: what we print belongs to the answer."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import threading
from collections.abc import Iterator

_ONE_AT_A_TIME = threading.RLock()


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Send what compiled code prints meanwhile to nowhere; what Python has printed before still arrives.

    The whole process is quiet, other threads too, and one caller at a time.

    Examples
    --------
    >>> with quiet():
    ...     _ = os.write(1, b"a line of the solver")
    """
    with _ONE_AT_A_TIME:
        _flush()
        try:
            kept = os.dup(1)
        except OSError:  # nobody listens
            yield
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 1)
            yield
        finally:
            _flush_compiled()
            os.dup2(kept, 1)
            os.close(kept)
            os.close(nowhere)


def _flush() -> None:
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stdout.flush()
    _flush_compiled()


def _flush_compiled() -> None:
    """Empty the buffers of the C library: what is left in them would be printed later."""
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).fflush(None)
