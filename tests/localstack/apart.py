"""A network of this process's own, with nothing in it but the loopback.

DynamoDB Local and LocalStack's gateway listen on every address of the machine and cannot be told otherwise; inside,
that is nobody's. Nor can anything reach the internet. Needs no root where Linux lets users make namespaces.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
import sys
from pathlib import Path

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
"""unshare(2), Linux."""
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 0x1
"""netdevice(7), Linux."""
CURE = "Linux user namespaces are not allowed here: sysctl -w user.max_user_namespaces=10000 (as root) allows them"


def enter() -> None:
    """Move this process, and whatever it will start, into a network of its own. Raises OSError where that may not be.

    Only a process with a single thread may.
    """
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), CURE)
    own = Path("/proc/self")
    (own / "setgroups").write_text("deny")
    (own / "uid_map").write_text(f"{user} {user} 1")
    (own / "gid_map").write_text(f"{group} {group} 1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        request = bytearray(struct.pack("16sh14x", b"lo", 0))
        fcntl.ioctl(asked, _SIOCGIFFLAGS, request)
        (flags,) = struct.unpack_from("h", request, 16)
        fcntl.ioctl(asked, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | _IFF_UP))


def possible() -> bool:
    """Whether ``enter`` would work: tried in a child."""
    if sys.platform != "linux":
        return False
    child = os.fork()
    if child == 0:
        try:
            enter()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
