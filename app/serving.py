"""Starting the server, and telling the person at the keyboard where it is."""

import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import qrcode
from flask_babel import gettext as _

from app.accounts import service
from app.accounts.passwords import fresh_password
from app.accounts.roles import Role
from app.addresses import own_address, public_address
from app.ballotbox.traces import wipe_traces
from app.config import Settings
from app.extensions import db

FIRST_ACCOUNT = "admin"
CONNECTIONS = 16_384
"""Held at once by a process. A phone's browser keeps several, and opens some that it never uses:
of 4,096 a hall of 3,000 phones would find none free. An idle one costs 9 kB."""
IDLE = 15_000
"""Milliseconds in which the head of the next request must be here; then the line is given up."""
LAST_SECONDS = 3
"""Seconds that requests under way are given when the service is stopped."""


def refuse_workers(settings: Settings, workers: int) -> None:
    """Raise click.ClickException for several on SQLite, whose one writer they would fight for."""
    if workers > 1 and settings.database_url.startswith("sqlite"):
        raise click.ClickException("several workers need PostgreSQL (PIAOJUE_DATABASE_URL)")


def refuse_second(settings: Settings) -> None:
    """Raise click.ClickException where the port is taken.

    Granian shares its port among its processes, so a second service would start beside the
    first without a word, and phones would land on either.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if sys.platform != "win32":  # there the option would let two listen
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
            probe.listen()
        except OSError:
            raise click.ClickException(
                f"端口 {settings.port} 已被占用，票决可能已经在运行。 "
                f"Port {settings.port} is taken; the service may be running already."
            ) from None


def serve(settings: Settings, workers: int) -> None:
    """Serve until stopped, with granian, or with waitress where granian does not run.

    First of all, what a service that was killed just after a sealing left to be wiped is wiped.
    """
    wipe(settings)
    try:
        from granian import Granian
        from granian.constants import Interfaces
        from granian.http import HTTP1Settings
        from granian.log import LogLevels
    except ImportError:
        _serve_plainly(settings)
        return
    Granian(
        "app.gate:create_gate",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.RSGI,
        workers=workers,
        backlog=4096,
        backpressure=CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=IDLE),
        factory=True,
        websockets=False,
        log_access=False,  # booth addresses hold ticket codes: they stand in no log
        respawn_failed_workers=True,
        # Open screens never end by themselves. What is killed then is no acknowledged ballot.
        workers_kill_timeout=LAST_SECONDS,
        # Its one warning is about the many threads, which are meant.
        log_level=LogLevels.error,
        ssl_cert=Path(settings.tls_certificate) if settings.tls_certificate else None,
        ssl_key=Path(settings.tls_key) if settings.tls_key else None,
    ).serve()


def wipe(settings: Settings) -> None:
    """Wipe old versions of sealed rows (promise 6); the log says so where it can't be done now."""
    from app.factory import create_app

    with create_app(settings).app_context():
        wipe_traces(db.engine, tries=0)
        db.engine.dispose()


def _serve_plainly(settings: Settings) -> None:
    import waitress

    from app.factory import create_app

    if settings.tls_certificate:
        raise click.ClickException("TLS needs granian, or a reverse proxy in front")
    waitress.serve(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        threads=128 + settings.screens,
        connection_limit=4000,
        ident=None,
    )


def first_account() -> tuple[str, str] | None:
    """Make the first account where there is none; return its name and password, only then."""
    if service.all_staff():
        return None
    password = fresh_password()
    service.create_staff(
        FIRST_ACCOUNT, _("Administrator"), Role.ADMINISTRATOR, password, must_change_password=True
    )
    return FIRST_ACCOUNT, password


def announce(
    settings: Settings, account: tuple[str, str] | None, cards: Sequence[str] = ()
) -> None:
    """Print the addresses, the console's QR and, once, the first account with its password.

    `cards` are lines about the demonstration session, printed below.
    """
    public = public_address(settings)
    click.echo()
    click.secho("票决 Piaojue", bold=True)
    click.echo(f"  本机 this machine    {own_address(settings)}/")
    click.echo(f"  局域网 phones        {public}/")
    click.echo(f"  数据 data            {settings.instance}")
    if account is not None:
        username, password = account
        click.echo()
        click.secho("  首个账号(只显示这一次) first account, shown only once:", bold=True)
        click.echo(f"    用户名 user name   {username}")
        click.echo(f"    密码 password      {password}")
    if cards:
        click.echo()
        for card in cards:
            click.echo(f"  {card}")
    click.echo()
    draw_qr(f"{public}/")
    click.echo("  停止 stop: Ctrl+C")
    click.echo()


def draw_qr(address: str) -> None:
    """Draw a QR in the terminal, in characters that its encoding has."""
    code = qrcode.QRCode(border=2)
    code.add_data(address)
    code.make()
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    try:
        "▀▄█".encode(encoding)
    except UnicodeEncodeError:
        for row in code.get_matrix():
            click.echo("".join("  " if dark else "##" for dark in row))
        return
    code.print_ascii(out=sys.stdout, invert=True)
