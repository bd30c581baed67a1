"""What the operator sets: every HEARTHSIDE_* value, read once from the environment, checked, with working defaults."""

from __future__ import annotations

import importlib.util
import ipaddress
import os
import re
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path
from urllib.parse import urlsplit

from hearthside.pinned import DIGEST, BadFolder, check_folder

UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}
DATABASES = ("sqlite", "postgres", "postgresql")
CLASSIFIERS = ("rules", "local", "detoxify", "off")
SHADOWS = ("local", "detoxify")  # as HEARTHSIDE_CLASSIFIER; anything else is a folder
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
CONTACT = re.compile(r"mailto:[^@\s<>]+@[^@\s<>]+|https://[^\s<>]+")
DEFAULT_URL = "http://127.0.0.1:8000"


class BadConfiguration(Exception):
    """A setting that cannot work, in words an operator can act on."""


@dataclass(frozen=True)
class Config:
    """The settings of one installation; docs/operate.md has a heading for each."""

    data: Path
    database_url: str
    redis_url: str
    secret_file: Path
    audit_file: Path
    allowed_hosts: tuple[str, ...]
    public_url: str
    public_url_set: bool
    trusted_proxies: tuple[str, ...]
    classifier: str
    classifier_shadow: str
    detoxify_folder: Path | None
    detoxify_sha256: str
    summary_writer: str
    demo: bool
    clock_file: Path | None
    failpoint: str
    rates: str
    mail_url: str
    mail_from: str
    push_contact: str
    debug: bool

    @property
    def secure(self) -> bool:
        """True when people reach the practice over https, so cookies must be Secure."""
        return self.public_url.startswith("https://")

    @property
    def sqlite(self) -> bool:
        """True for the embedded default: one process, one SQLite file."""
        return not self.database_url or self.database_url.startswith("sqlite")


def listed(text: str) -> tuple[str, ...]:
    """The parts of a comma-separated value, without blanks."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def read_config(env: Mapping[str, str] | None = None) -> Config:
    """Read the HEARTHSIDE_* settings from `env` (default: the process environment).

    Raises BadConfiguration for a value that is not of the form its setting takes.
    """
    source = os.environ if env is None else env

    def get(name: str, default: str = "") -> str:
        return source.get(f"HEARTHSIDE_{name}", "").strip() or default

    data = Path(get("DATA", "data")).resolve()
    public_url = get("PUBLIC_URL", DEFAULT_URL).rstrip("/")
    hostname = read_hostname(public_url)
    database_url = get("DATABASE_URL")
    if database_url and database_url.partition("://")[0] not in DATABASES:
        raise BadConfiguration("HEARTHSIDE_DATABASE_URL must begin with postgres:// or sqlite://.")
    classifier = get("CLASSIFIER", "local")
    if classifier not in CLASSIFIERS:
        raise BadConfiguration(
            f"HEARTHSIDE_CLASSIFIER must be one of {', '.join(CLASSIFIERS)}. It is {classifier!r}."
        )
    hosts = listed(get("ALLOWED_HOSTS"))
    return Config(
        data=data,
        database_url=database_url,
        redis_url=get("REDIS_URL"),
        secret_file=Path(get("SECRET_FILE", str(data / "keyring.json"))).resolve(),
        audit_file=Path(get("AUDIT_FILE", str(data / "audit.checkpoints"))).resolve(),
        allowed_hosts=hosts or tuple(dict.fromkeys((*LOCAL_HOSTS, host_of(hostname)))),
        public_url=public_url,
        public_url_set=bool(get("PUBLIC_URL")),
        trusted_proxies=read_proxies(get("TRUSTED_PROXIES")),
        classifier=classifier,
        classifier_shadow=read_shadow(get("CLASSIFIER_SHADOW")),
        detoxify_folder=Path(get("DETOXIFY_FOLDER")).resolve() if get("DETOXIFY_FOLDER") else None,
        detoxify_sha256=read_digest(get("DETOXIFY_SHA256")),
        summary_writer=get("SUMMARY_WRITER"),
        demo=get("DEMO") in ("1", "true", "yes"),
        clock_file=Path(get("CLOCK_FILE")) if get("CLOCK_FILE") else None,
        failpoint=get("FAILPOINT"),
        rates=get("RATES"),
        mail_url=get("MAIL_URL"),
        mail_from=get("MAIL_FROM", "Hearthside <hearthside@localhost>"),
        push_contact=read_contact(get("PUSH_CONTACT")),
        debug=get("DEBUG") in ("1", "true", "yes"),
    )


def read_hostname(public_url: str) -> str:
    """The host in the public address; raises BadConfiguration for an address of another form."""
    try:
        parts = urlsplit(public_url)
        spare = parts.path or parts.query or parts.fragment or parts.username or parts.password
        if parts.scheme in ("http", "https") and parts.hostname and not spare and parts.port != 0:
            return parts.hostname
    except ValueError:
        pass  # brackets without an IPv6 address, or a port that is no number
    raise BadConfiguration(
        f"HEARTHSIDE_PUBLIC_URL must look like https://group.example.org, without a path. It is {public_url!r}."
    )


def read_proxies(text: str) -> tuple[str, ...]:
    """The addresses and networks of trusted proxies; raises BadConfiguration for anything else."""
    proxies = listed(text)
    for proxy in proxies:
        try:
            ipaddress.ip_network(proxy, strict=False)
        except ValueError:
            raise BadConfiguration(
                f"HEARTHSIDE_TRUSTED_PROXIES takes addresses and networks such as 10.0.0.0/8. It has {proxy!r}."
            ) from None
    return proxies


def read_contact(text: str) -> str:
    """Whom push services may write to: an address of mail, as mailto:, or an https page; raises BadConfiguration."""
    if not text or CONTACT.fullmatch(text):
        return text
    if CONTACT.fullmatch(f"mailto:{text}"):
        return f"mailto:{text}"
    raise BadConfiguration(
        f"HEARTHSIDE_PUSH_CONTACT must be an address such as it@practice.example, or an https page. It is {text!r}."
    )


def read_shadow(text: str) -> str:
    """The model on trial: `local`, `detoxify`, nothing, or the path of a folder."""
    return text if text in ("", *SHADOWS) else str(Path(text).resolve())


def read_digest(text: str) -> str:
    """A SHA-256 in small letters, or nothing; raises BadConfiguration for anything else."""
    digest = text.lower()
    if digest and not DIGEST.fullmatch(digest):
        raise BadConfiguration(
            f"HEARTHSIDE_DETOXIFY_SHA256 must be 64 letters and digits, as sha256sum prints. It is {text!r}."
        )
    return digest


def read_rates(text: str) -> dict[str, tuple[float, float]]:
    """Read `command=COUNT/UNIT:BURST,...` into {command: (tokens a second, burst)}.

    Raises BadConfiguration for a part of another form.
    """
    rates = {}
    for part in listed(text):
        try:
            name, rule = part.split("=")
            count, rest = rule.split("/")
            unit, _, burst = rest.partition(":")
            rates[name.strip()] = (float(count) / UNITS[unit], float(burst or count))
            if not (0 < float(count) < inf and 1 <= float(burst or count) < inf):
                raise ValueError(part)
        except (ValueError, KeyError) as error:
            raise BadConfiguration(
                f"HEARTHSIDE_RATES has a part that is not of the form post.submit=30/m:10: {part!r}."
            ) from error
    return rates


def host_of(hostname: str) -> str:
    """A host name as Django's ALLOWED_HOSTS spells it (IPv6 in brackets)."""
    return f"[{hostname}]" if ":" in hostname else hostname


def check_config(config: Config, *, host: str = "127.0.0.1") -> None:
    """Refuse what must not serve real people.

    `host` is the address to listen on. Raises BadConfiguration, one plain sentence a problem.
    """
    problems = []
    if config.rates != "off":
        read_rates(config.rates)
    local = host in ("127.0.0.1", "::1", "localhost")
    if not config.demo:
        if config.debug:
            problems.append("HEARTHSIDE_DEBUG is on. It shows private words on error pages: unset it.")
        if "*" in config.allowed_hosts and not local:
            problems.append(
                "HEARTHSIDE_ALLOWED_HOSTS is * on a public address. List the host names people use."
            )
        if config.rates == "off":
            problems.append("HEARTHSIDE_RATES=off works in demo mode only. Unset it.")
        for name, value in (("CLOCK_FILE", config.clock_file), ("FAILPOINT", config.failpoint)):
            if value:
                problems.append(f"HEARTHSIDE_{name} works in demo mode only. Unset it.")
    folder = config.audit_file.parent
    if folder != config.data and not folder.is_dir():
        problems.append(
            f"HEARTHSIDE_AUDIT_FILE: there is no folder {folder}. Make it, writable for Hearthside."
        )
    if config.classifier == "detoxify":
        problems += detoxify_problems(config)
    problems += writer_problems(config.summary_writer)
    if problems:
        raise BadConfiguration("\n".join(problems))


def writer_problems(value: str) -> list[str]:
    """What is wrong with HEARTHSIDE_SUMMARY_WRITER, in a plain sentence."""
    module, colon, _ = value.partition(":")
    if colon and " " not in value and "/" not in value:
        try:
            found = importlib.util.find_spec(module) is not None
        except (ImportError, ValueError):
            found = False
    else:
        try:
            found = not value or shutil.which(shlex.split(value)[0]) is not None
        except ValueError:  # a quotation mark that is not closed
            found = False
    return [] if found else [f"HEARTHSIDE_SUMMARY_WRITER names nothing that can be run. It is {value!r}."]


def detoxify_problems(config: Config) -> list[str]:
    """What HEARTHSIDE_CLASSIFIER=detoxify lacks, one plain sentence a problem.

    All files are read and compared with the pin here, because a changed one must stop the start, not the first post.
    """
    problems = []
    if importlib.util.find_spec("detoxify") is None:
        problems.append(
            "HEARTHSIDE_CLASSIFIER=detoxify needs packages that are not installed: docs/operate.md says which."
        )
    if config.detoxify_folder is None:
        problems.append(
            "HEARTHSIDE_CLASSIFIER=detoxify needs HEARTHSIDE_DETOXIFY_FOLDER: the folder of its model."
        )
    elif not config.detoxify_sha256:
        problems.append(
            "HEARTHSIDE_CLASSIFIER=detoxify needs HEARTHSIDE_DETOXIFY_SHA256: the SHA-256 of SHA256SUMS in its folder."
        )
    else:
        try:
            check_folder(config.detoxify_folder, config.detoxify_sha256)
        except BadFolder as problem:
            problems.append(f"HEARTHSIDE_DETOXIFY_FOLDER or HEARTHSIDE_DETOXIFY_SHA256 is wrong. {problem}")
    return problems
