"""The command line: `piaojue serve`, and what an operator does beside the pages."""

import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from pathlib import Path
from typing import BinaryIO, ParamSpec, TypeVar

import click
from flask import Flask
from flask_babel import force_locale

from app.accounts.roles import Role
from app.config import Settings
from app.extensions import babel
from app.factory import HOUSE
from app.offline import READERS, MalformedFiles, count_files
from app.refused import Refused

P = ParamSpec("P")
T = TypeVar("T")

LANGUAGE = click.option(
    "--language",
    type=click.Choice(["zh_Hans", "en"]),
    default="zh_Hans",
    show_default=True,
    help="Language of what is printed.",
)


def in_words(command: Callable[P, T]) -> Callable[P, T]:
    """Turn a refusal into the sentence of its reason, and an exit code of 1."""

    @wraps(command)
    def asked(*arguments: P.args, **named: P.kwargs) -> T:
        from app.web.refusals import sentence

        try:
            return command(*arguments, **named)
        except Refused as refused:
            with words_alone().test_request_context(), speaking("zh_Hans"):
                raise click.ClickException(sentence(refused)) from None

    return asked


def speaking(language: str) -> AbstractContextManager[None]:
    """Return a context in which the catalogues speak a language."""
    spoken: AbstractContextManager[None] = force_locale(language)
    return spoken


def settings() -> Settings:
    """Return the settings of the environment; a value that cannot be read ends the command."""
    try:
        return Settings.from_env()
    except ValueError as error:
        raise click.ClickException(str(error)) from None


@click.group()
@click.version_option(package_name="piaojue", prog_name="piaojue")
def main() -> None:
    """Votes and evaluations of a people's congress (票决)."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # a console that lacks a character must not end the service
            reconfigure(errors="replace")


@main.command()
@click.option("--workers", default=1, show_default=True, help="Processes; more need PostgreSQL.")
@click.option("--demonstration", is_flag=True, help="Make the demonstration session if none is.")
@in_words
def serve(workers: int, *, demonstration: bool) -> None:
    """Bring the database up to date and serve until stopped."""
    from app import serving
    from app.factory import create_app
    from app.migrating import upgrade

    chosen = settings()
    serving.refuse_workers(chosen, workers)
    serving.refuse_second(chosen)
    app = create_app(chosen)
    with app.app_context(), speaking("zh_Hans"):
        upgrade(chosen)
        account = serving.first_account()
        cards = _demonstrate() if demonstration else ()
    serving.announce(chosen, account, cards)
    serving.serve(chosen, workers)


@main.command()
@in_words
def seed() -> None:
    """Make the demonstration session: a congress of 327, 30 projects, cards handed out."""
    from app.factory import create_app
    from app.migrating import upgrade

    chosen = settings()
    with create_app(chosen).app_context(), speaking("zh_Hans"):
        upgrade(chosen)
        cards = _demonstrate()
    for card in cards:
        click.echo(card)
    if not cards:
        click.echo("The demonstration session is there already.")


def _demonstrate() -> tuple[str, ...]:
    from app.demonstration import demonstrate

    return demonstrate()


@main.group()
def staff() -> None:
    """Say who may sign in."""


@staff.command("add")
@click.argument("username")
@click.option("--name", required=True, help="Name for people, printed where they sign.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@in_words
def add_staff(username: str, name: str, role: str) -> None:
    """Take somebody on and print a password, to be changed at the first sign-in."""
    from app.accounts.passwords import fresh_password
    from app.accounts.service import create_staff
    from app.factory import create_app

    password = fresh_password()
    with create_app(settings()).app_context():
        create_staff(username, name, Role(role), password)
    click.echo(password)


@main.group("db")
def database() -> None:
    """Look after the database."""


@database.command("upgrade")
@in_words
def upgrade_database() -> None:
    """Bring the tables up to date; a backup is taken first."""
    from app.factory import create_app
    from app.migrating import upgrade

    chosen = settings()
    with create_app(chosen).app_context():
        click.echo(upgrade(chosen))


@main.command()
@click.argument("target", required=False, type=click.Path(path_type=Path))
@in_words
def backup(target: Path | None) -> None:
    """Write a consistent copy of the database while voting goes on; print where it is."""
    from app.backup import make_backup
    from app.factory import create_app

    chosen = settings()
    with create_app(chosen).app_context():
        click.echo(make_backup(chosen, target))


@main.command()
@click.argument("backup", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@LANGUAGE
@in_words
def restore(backup: Path, language: str) -> None:
    """Put a BACKUP in place on a machine that has no database yet, and go over it."""
    from app.backup import restore_backup
    from app.factory import create_app
    from app.migrating import upgrade
    from app.verification import verify as go_over

    click.echo(restore_backup(settings(), backup))
    chosen = settings()  # anew: its secret came along
    with create_app(chosen).test_request_context(), speaking(language):
        click.echo(upgrade(chosen))
        verified = go_over()
        click.echo("\n".join(verified.lines()))
    if not verified.whole:
        raise SystemExit(1)


@main.command()
@click.argument("session_id", metavar="SESSION", type=int)
@click.option("--voters", default=327, show_default=True, help="Phones, of all rater groups.")
@click.option("--seconds", default=20.0, show_default=True, help="Over which they arrive.")
@click.option("--server", default="", help="Address of the server; this machine's by default.")
@click.option("--seed", "random_seed", default=1, show_default=True, help="Of their choices.")
@in_words
def rehearse(session_id: int, voters: int, seconds: float, server: str, random_seed: int) -> None:
    """Hold the next box of a rehearsal SESSION with robots, through a running server.

    Opens the vote or the evaluation, drives the phones through the real pages, shared out evenly
    among the rater groups, closes it, and shows that the Return agrees with what they sent.
    """
    from app.addresses import own_address
    from app.factory import create_app
    from app.rehearsal import rehearse as hold

    chosen = settings()
    with create_app(chosen).app_context(), speaking("zh_Hans"):
        report = hold(
            session_id,
            voters=voters,
            seconds=seconds,
            server=server or own_address(chosen),
            seed=random_seed,
        )
        for line in report.lines():
            click.echo(line)
    if not report.agrees:
        raise SystemExit(1)


@main.command()
@click.argument("instrument", type=click.Choice(sorted(READERS)), default="voting")
def schema(instrument: str) -> None:
    """Print the JSON Schema of PAPER.json."""
    click.echo(READERS[instrument].schema_text())


@main.command()
@click.argument("paper", type=click.File("rb"))
@click.argument("ballots", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="Print the whole tally as JSON.")
@click.option("--total-members", type=click.IntRange(0), help="全体组成人员.")
@click.option("--due", type=click.IntRange(0), help="应到.")
@click.option("--present", type=click.IntRange(0), help="实到.")
@click.option("--issued", type=click.IntRange(0), help="发出票.")
@LANGUAGE
@in_words
def count(
    paper: BinaryIO, ballots: BinaryIO, language: str, *, as_json: bool, **stated: int | None
) -> None:
    """Count BALLOTS.csv on PAPER.json as at closing, outside any database.

    Twice, by the service and by the program of the recount bundle; both must agree.
    """
    figures = {name: number for name, number in stated.items() if number is not None}
    with words_alone().test_request_context(), speaking(language):
        try:
            counted = count_files(paper.read(), ballots.read(), figures)
        except MalformedFiles as malformed:
            for line in malformed.lines:
                click.echo(line, err=True)
            raise SystemExit(1) from None
        if as_json:
            click.echo(json.dumps(counted.result, ensure_ascii=False, indent=2, sort_keys=True))
        else:
            click.echo("\n".join(counted.lines))


@main.command()
@LANGUAGE
@in_words
def verify(language: str) -> None:
    """Go over the whole database: whether every row still says what was sealed and signed.

    Ends with 1 where anything was changed. Reads only; best run on a restored backup, too.
    """
    from app.factory import create_app
    from app.verification import verify as go_over

    with create_app(settings()).test_request_context(), speaking(language):
        verified = go_over()
        click.echo("\n".join(verified.lines()))
    if not verified.whole:
        raise SystemExit(1)


@main.command()
@click.argument("bundle", type=click.Path(exists=True, path_type=Path))
def recount(bundle: Path) -> None:
    """Count a closed box again from its recount BUNDLE (the ZIP, or its unpacked folder).

    Runs the recount.py that a bundle carries, which shares no code with the service.
    """
    from recount.recount import main as count_again

    raise SystemExit(count_again([str(bundle)]))


def words_alone() -> Flask:
    """Return an application that has nothing but the catalogues: no database, no secret."""
    app = Flask("app")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(HOUSE / "translations")
    babel.init_app(app)
    return app


if __name__ == "__main__":
    main()
