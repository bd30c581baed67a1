"""What the cleaning process gives up before it opens a file: everything but its memory and its two pipes.

It runs as the server's own user, and nobody here may ask the system for another. So it gives up the rest itself: limits
that it cannot raise again, and Landlock, the kernel's own way for a process to shut itself in.
"""

from __future__ import annotations

import ctypes
import os
import resource

MEMORY = 1536 * 1024 * 1024
SECONDS = 8
NO_NEW_PRIVILEGES = 38  # prctl(2)
CREATE, RESTRICT = (
    444,
    446,
)  # landlock_create_ruleset(2), landlock_restrict_self(2), on every kind of processor


def confine() -> None:
    """Take from this process what it does not need; all it uses must be loaded, for it opens nothing any more."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    shut_in(libc)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),  # no further process
        (resource.RLIMIT_NOFILE, 0),  # no further file, and no line to anywhere; the pipes it has stay open
    ):
        resource.setrlimit(what, (most, most))


def shut_in(libc: ctypes.CDLL) -> None:
    """Keep this process from files, lines and other processes, where the kernel has Landlock."""
    version = libc.syscall(ctypes.c_long(CREATE), None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if version < 1:
        return
    files = (1 << 13) - 1
    files |= sum(1 << bit for bit, since in ((13, 2), (14, 3), (15, 5)) if version >= since)
    rules = [files]
    if version >= 4:
        rules.append(0b11)  # lines out and in
    if version >= 6:
        rules.append(0b11)  # sockets and signals of other processes
    given = (ctypes.c_uint64 * len(rules))(*rules)
    handle = libc.syscall(
        ctypes.c_long(CREATE), ctypes.byref(given), ctypes.c_size_t(ctypes.sizeof(given)), ctypes.c_uint32(0)
    )
    if handle >= 0:
        libc.syscall(ctypes.c_long(RESTRICT), ctypes.c_int(handle), ctypes.c_uint32(0))
        os.close(handle)
