"""The composition root: what the service is made of, in the order it is put together."""

import hashlib
import hmac
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.accounts.guards import assert_all_declared, init_guards
from app.ballotbox.casting import init_casting
from app.ballotbox.instrument import Instrument
from app.config import Settings
from app.extensions import init_extensions
from app.hall import desk as screens
from app.hall import views as hall
from app.hall.feed import init_hall
from app.web import assembly, booth, front, questionnaire
from app.web.accounts import views as accounts
from app.web.assets import init_assets
from app.web.booth.express import Express
from app.web.boxes import views as boxes
from app.web.documents import views as documents
from app.web.doorstep import RowNumber, doorstep, refuse_nul
from app.web.errors import init_errors
from app.web.filters import init_filters
from app.web.headers import init_headers
from app.web.tickets import views as tickets
from evaluation import instrument as evaluation
from voting import instrument as voting

HOUSE = Path(__file__).resolve().parent


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application; without settings they are read from the environment.

    Raises RuntimeError when an endpoint does not declare who may enter.
    """
    settings = settings or Settings.from_env()
    app = Flask("app", template_folder=str(HOUSE.parent / "templates"))
    configure(app, settings)
    init_extensions(app)
    init_casting(app)
    add_instruments(app)
    add_pages(app)
    add_gates(app, settings)
    return app


def configure(app: Flask, settings: Settings) -> None:
    """Turn the settings into Flask's configuration."""
    app.extensions["settings"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TICKET_KEY=hmac.digest(settings.secret_key, b"piaojue ticket digests", hashlib.sha256),
        MIGRATIONS=HOUSE / "migrations",
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_size": 32, "max_overflow": 8, "pool_timeout": 20},
        MAX_CONTENT_LENGTH=settings.upload_limit,
        MAX_FORM_MEMORY_SIZE=2_000_000,
        SESSION_COOKIE_NAME="piaojue",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SECURE=settings.secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,  # a page may stay open through a whole session of congress
        BABEL_DEFAULT_LOCALE="zh_Hans",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES=str(HOUSE / "translations"),
        TESTING=settings.testing,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.autoescape = True
    app.url_map.converters["int"] = RowNumber


def add_instruments(app: Flask) -> None:
    """Put the instruments on the shelf; the one place that knows them all."""
    shelf: tuple[Instrument, ...] = (voting.INSTRUMENT, evaluation.INSTRUMENT)
    app.extensions["instruments"] = {instrument.key: instrument for instrument in shelf}
    for instrument in shelf:
        app.register_blueprint(instrument.blueprint)


def add_pages(app: Flask) -> None:
    """Open the rooms that people enter; every door must declare who may."""
    init_assets(app)
    init_headers(app)
    init_filters(app)
    init_errors(app)
    init_guards(app)
    app.before_request(refuse_nul)
    init_hall(app)
    for room in (
        front.blueprint,
        accounts.blueprint,
        assembly.assembly,
        boxes.blueprint,
        documents.blueprint,
        tickets.blueprint,
        booth.booth,
        questionnaire.blueprint,
        hall.blueprint,
        screens.blueprint,
    ):
        app.register_blueprint(room)
    assert_all_declared(app)


def add_gates(app: Flask, settings: Settings) -> None:
    """Put before the application what sees a request first; the last one added is the first."""
    app.extensions["express"] = Express(app, app.wsgi_app)
    app.wsgi_app = doorstep(app.extensions["express"])  # type: ignore[method-assign, assignment]
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app,
            x_for=settings.trusted_proxies,
            x_proto=settings.trusted_proxies,
            x_host=settings.trusted_proxies,
        )
