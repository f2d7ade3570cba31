"""The same three requests written naively: a plain ORM page, a flag on the ticket, no writer.

Not what anybody should run: the yardstick that `bench/burst.py` holds the booth against. It is
as durable as ours (the same settings of the database), renders each page from its template, and
reads whether a ticket is used before it writes that it is.
"""

import os
import secrets
from typing import Any

from flask import Flask, abort, redirect, render_template_string, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import LargeBinary, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model

db = SQLAlchemy(metadata=Model.metadata)

PAGE = """<!DOCTYPE html>
<html lang="zh"><head><meta charset="utf-8"><title>{{ title }}</title></head><body>
<h1>{{ title }}</h1><form method="post">
{% for item in items %}<fieldset><legend>{{ loop.index }}. {{ item }}</legend>
<label><input type="checkbox" name="item-p{{ loop.index }}" value="ticked"> 选择</label>
</fieldset>{% endfor %}
<input type="hidden" name="receipt" value="{{ receipt }}"><button>投票</button></form>
</body></html>"""
ITEMS = [f"第{n}号候选项目：老旧小区改造与农村饮水安全提升工程" for n in range(1, 31)]


class Card(Model):
    """A ticket with a flag."""

    __tablename__ = "naive_card"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    used: Mapped[bool] = mapped_column(default=False)


class Vote(Model):
    """A ballot."""

    __tablename__ = "naive_vote"

    id: Mapped[int] = mapped_column(primary_key=True)
    receipt: Mapped[str] = mapped_column(Text)
    marks: Mapped[bytes] = mapped_column(LargeBinary)


def as_durable(connection: Any, _record: Any) -> None:
    """Ask SQLite for the durability of the booth, and leave its transactions to the driver."""
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "busy_timeout = 30000"):
        connection.execute(f"PRAGMA {pragma}")


def create_app() -> Flask:
    """Build the naive service on the database of the environment."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["PIAOJUE_DATABASE_URL"]
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": 16, "max_overflow": 16}
    db.init_app(app)
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        with app.app_context():
            event.listen(db.engine, "connect", as_durable)

    @app.route("/v/<code>", methods=["GET", "POST"])
    def vote(code: str) -> Any:
        card = db.session.get(Card, code)
        if card is None:
            abort(404)
        if request.method == "GET":
            receipt = secrets.token_hex(16)
            return render_template_string(PAGE, title="票决", items=ITEMS, receipt=receipt)
        if card.used:
            abort(409)
        marks = bytes(1 if request.form.get(f"item-p{n}") else 0 for n in range(1, 31))
        card.used = True
        db.session.add(Vote(receipt=request.form["receipt"], marks=marks))
        db.session.commit()
        return redirect(f"/v/{code}/thanks/{request.form['receipt']}", 303)

    @app.get("/v/<code>/thanks/<receipt>")
    def thanks(code: str, receipt: str) -> Any:
        card = db.session.get(Card, code)
        if card is None or not card.used:
            abort(404)
        return render_template_string("<p>{{ receipt }}</p>", receipt=receipt)

    return app
