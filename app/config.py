"""Settings, read from the environment once, frozen, and passed in.

Everything has a sane default but the secret, which is generated on first start and kept in the
instance folder: a default secret would be everybody's secret.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation may set, each as `PIAOJUE_<NAME>` in the environment.

    instance: folder of the database, the secret and the backups.
    database_url: SQLAlchemy address; empty means SQLite in the instance folder.
    secret_key: 32 random bytes that sign sign-ins and key the digests of tickets.
    host, port: where `piaojue serve` listens.
    public_url: the address printed on the cards; empty means it is found out at start.
    secure_cookies: sign-in cookies only over HTTPS; on where public_url is https.
    trusted_proxies: how many reverse proxies stand in front (0: none).
    upload_limit: bytes of one uploaded file.
    backups: folder of the backups made by themselves at each stage of a vote; empty means in the
    instance folder. backups_kept: how many of those are kept; 0 makes none.
    scrutineers: how many must certify a Return before it can be announced.
    answers_per_address, answers_in_all: how many answers to open questionnaires are taken in a
    minute from one address (an office and a hall are one) and from everywhere.
    screens: how many hall screens one process feeds.
    tls_certificate, tls_key: PEM files; both or neither.
    """

    instance: Path
    database_url: str
    secret_key: bytes
    host: str = "0.0.0.0"  # noqa: S104  (phones in the hall must reach it)
    port: int = 8000
    public_url: str = ""
    secure_cookies: bool = False
    trusted_proxies: int = 0
    upload_limit: int = 10 * MEGABYTE
    backups: str = ""
    backups_kept: int = 40
    scrutineers: int = 2
    answers_per_address: int = 300
    answers_in_all: int = 3_000
    screens: int = 48
    tls_certificate: str = ""
    tls_key: str = ""
    testing: bool = False

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read `PIAOJUE_…`; make the instance folder and the secret where they are missing.

        Raises ValueError naming the variable that cannot be read.
        """
        environ = os.environ if environ is None else environ

        def text(name: str, default: str = "") -> str:
            return environ.get(f"PIAOJUE_{name}", default).strip()

        def number(name: str, default: int) -> int:
            value = text(name, str(default))
            try:
                return int(value)
            except ValueError:
                raise ValueError(f"PIAOJUE_{name} must be a whole number, not {value!r}") from None

        instance = Path(text("INSTANCE", "instance")).absolute()
        instance.mkdir(parents=True, exist_ok=True)
        public_url = text("PUBLIC_URL").rstrip("/")
        certificate, key = text("TLS_CERTIFICATE"), text("TLS_KEY")
        if bool(certificate) != bool(key):
            raise ValueError("PIAOJUE_TLS_CERTIFICATE and PIAOJUE_TLS_KEY go together")
        return cls(
            instance=instance,
            database_url=text("DATABASE_URL") or f"sqlite:///{instance / 'piaojue.sqlite'}",
            secret_key=bytes.fromhex(text("SECRET_KEY")) or kept_secret(instance / "secret"),
            host=text("HOST", "0.0.0.0"),  # noqa: S104
            port=number("PORT", 8000),
            public_url=public_url,
            secure_cookies=public_url.startswith("https://") or bool(certificate),
            trusted_proxies=number("TRUSTED_PROXIES", 0),
            upload_limit=number("UPLOAD_LIMIT", 10 * MEGABYTE),
            backups=text("BACKUPS"),
            backups_kept=number("BACKUPS_KEPT", 40),
            scrutineers=number("SCRUTINEERS", 2),
            answers_per_address=number("ANSWERS_PER_ADDRESS", 300),
            answers_in_all=number("ANSWERS_IN_ALL", 3_000),
            screens=number("SCREENS", 48),
            tls_certificate=certificate,
            tls_key=key,
        )


def kept_secret(path: Path) -> bytes:
    """Return the secret kept in a file, written there on first use and readable by its owner."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return bytes.fromhex(path.read_text().strip())
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32))
    return bytes.fromhex(path.read_text())
