"""Static files under addresses that change with their content, to be kept by browsers for good.

In a hall three thousand phones then ask for the booth's style and script once, not at each page.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask

YEAR = 31_536_000


def init_assets(app: Flask) -> None:
    """Add the version to every `url_for("static", …)`, and let browsers keep what has one."""
    folder = Path(str(app.static_folder))
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR

    @cache
    def version(filename: str) -> str:
        file = folder / filename
        return hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else ""

    @app.url_defaults
    def _(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values:
            values.setdefault("v", version(values["filename"]))
