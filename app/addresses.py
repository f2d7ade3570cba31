"""Where the service can be reached: on this machine, and by the phones in the hall."""

import socket

from app.config import Settings


def lan_host() -> str:
    """Return this machine's address on the local network, or `127.0.0.1` where it has none.

    Asks the system which address it would send from; nothing is sent.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.168.255.254", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def scheme(settings: Settings) -> str:
    """Return `https` where the service itself speaks TLS."""
    return "https" if settings.tls_certificate else "http"


def public_address(settings: Settings) -> str:
    """Return the address printed on cards, without a slash at its end: PIAOJUE_PUBLIC_URL, else
    this machine's on the local network."""  # noqa: D205, D209  (one sentence)
    return settings.public_url or f"{scheme(settings)}://{lan_host()}:{settings.port}"


def own_address(settings: Settings) -> str:
    """Return the address for a browser on this machine."""
    return f"{scheme(settings)}://127.0.0.1:{settings.port}"
