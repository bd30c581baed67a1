"""The `hearthside` command: serve, init, demo, check, restored, reset-factors, audit, classifier, jobs, wire."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from pathlib import Path

from hearthside.config import BadConfiguration, Config, check_config, read_config


def make_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="hearthside", description="A home for therapy groups between sessions."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="migrate, serve, and run jobs")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    serve.add_argument(
        "--port", type=int, default=8000, help="port to listen on; 0 picks a free one (default 8000)"
    )
    init = commands.add_parser("init", help="make a practice and a link for its first admin")
    init.add_argument("--practice", required=True, metavar="NAME")
    init.add_argument("--admin", required=True, metavar="EMAIL")
    demo = commands.add_parser("demo", help="make the demo practice, once")
    demo.add_argument("--json", action="store_true", help="print only JSON")
    demo.add_argument("--members", type=int, default=0, metavar="N", help="add a load group of N members")
    check = commands.add_parser("check", help="check the settings, and say what is wrong")
    check.add_argument("--host", default="127.0.0.1")
    commands.add_parser("restored", help="say that an older copy of the database was put back")
    reset = commands.add_parser("reset-factors", help="let somebody in who has lost their second step")
    reset.add_argument("email", metavar="EMAIL")
    audit = commands.add_parser("audit", help="look at the audit trail").add_subparsers(
        dest="audit", required=True, metavar="ACT"
    )
    verify = audit.add_parser("verify", help="find what was changed, deleted, moved or cut off")
    verify.add_argument("--json", action="store_true", help="print only JSON")
    audit.add_parser("restored", help="say that a backup was put back on purpose")
    audit.add_parser("guard", help="put the database's guards back")
    classifier = commands.add_parser("classifier", help="look at what the classifier does").add_subparsers(
        dest="classifier", required=True, metavar="ACT"
    )
    report = classifier.add_parser("report", help="print its numbers for the practice, and no words")
    report.add_argument("--json", action="store_true", help="print only JSON")
    report.add_argument("--days", type=days, default=30, metavar="N", help="of the last N days (default 30)")
    jobs = commands.add_parser("jobs", help="look at jobs that were given up").add_subparsers(
        dest="jobs", required=True, metavar="ACT"
    )
    given_up = jobs.add_parser("given-up", help="list what was given up after many tries in the last week")
    given_up.add_argument("--json", action="store_true", help="print only JSON")
    again = jobs.add_parser("again", help="have a job tried again")
    again.add_argument("id", metavar="ID")
    wire = commands.add_parser("wire", help="write the front end's types from the events")
    wire.add_argument("--check", action="store_true", help="only say whether they are stale")
    return parser


def days(text: str) -> int:
    """A number of days from 1 to 3650; raises ArgumentTypeError."""
    if text.isdecimal() and 1 <= int(text) <= 3650:
        return int(text)
    raise argparse.ArgumentTypeError(f"a number from 1 to 3650 is needed, not {text!r}")


def main() -> int:
    """Run one command; answers the exit code: 2 for a configuration that cannot work."""
    args = make_parser().parse_args()
    os.umask(0o077)  # whatever is made here, the database above all, is its owner's alone
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearthside.settings")
    try:
        config = read_config()
        check_config(config, host=getattr(args, "host", "127.0.0.1"))
        if args.command == "serve":
            from daphne import server  # noqa: F401  installs its reactor before anything else imports Twisted's
        import django

        django.setup()
        check_mail(config)
        return COMMANDS[args.command](args)
    except BadConfiguration as error:
        print(f"Hearthside cannot start:\n{error}", file=sys.stderr)
        return 2


def check_mail(config: Config) -> None:
    """Refuse a mail server's address that cannot be one; raises BadConfiguration."""
    from hearthside.mail import backend_for

    if config.mail_url:
        backend_for(config.mail_url)


def run_serve(args: argparse.Namespace) -> int:
    """Serve until told to stop."""
    from django.conf import settings

    import asgi
    from consumers.app import close_sockets
    from hearthside.process import process
    from hearthside.serving import serve
    from moderation.classifiers import BadModel
    from moderation.screening import warm_up

    try:
        warm_up()
    except BadModel as problem:
        raise BadConfiguration(str(problem)) from problem
    return serve(
        settings.HEARTHSIDE,
        host=args.host,
        port=args.port,
        application=asgi.application,
        start=asgi.start,
        close=close_sockets,
        stop=process.stop,
    )


def run_init(args: argparse.Namespace) -> int:
    """Make the practice; print the first admin's link."""
    from accounts.actions import create_practice
    from accounts.queries import link_of
    from hearthside.errors import Problem
    from hearthside.serving import migrate
    from hearthside.text import email_address, one_line

    migrate()
    try:
        invitation = create_practice(one_line(args.practice), email_address(args.admin))
    except (Problem, ValueError) as error:
        print(error.detail if isinstance(error, Problem) else f"{error}.", file=sys.stderr)
        return 1
    print(f"Open this link once to make the admin's account (good until {invitation.expires_at:%d %B %Y}):")
    print(link_of(invitation))
    return 0


def run_demo(args: argparse.Namespace) -> int:
    """Make the demo practice, or find it made; print its accounts."""
    from hearthside.errors import Problem
    from hearthside.serving import migrate
    from moderation.demo import make_demo

    migrate()
    try:
        accounts = make_demo(members=args.members)
    except Problem as error:
        print(error.detail, file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps({"accounts": accounts}))
        return 0
    print("The demo practice is ready. Sign in as any of these:")
    for account in accounts:
        if not account.get("load"):
            print(f"  {account['role']:<12} {account['email']:<34} {account['password']}")
    return 0


def run_check(args: argparse.Namespace) -> int:
    """Say that the settings work; what does not was said before this, but for a model on trial, which stops nothing."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.utils import OperationalError

    call_command("check", stdout=io.StringIO())
    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise BadConfiguration(f"The database does not answer ({type(error).__name__}).") from None
    if shadow := settings.HEARTHSIDE.classifier_shadow:
        from moderation.shadowing import find_trial_problem

        if problem := find_trial_problem(shadow):
            print(
                f"HEARTHSIDE_CLASSIFIER_SHADOW cannot be tried: {problem}\nHearthside serves without it.",
                file=sys.stderr,
            )
            return 2
    print("The settings are in order.")
    return 0


def run_restored(args: argparse.Namespace) -> int:
    """Have no key handed out twice and every page start afresh, after a backup was put back."""
    from hearthside.serving import migrate
    from messaging.restored_command import run_restored as note_restored

    migrate()
    print(note_restored())
    return 0


def run_reset_factors(args: argparse.Namespace) -> int:
    """Take somebody's second factor away and end their sign-ins; for the only admin, whom no other admin can help."""
    from accounts.factors.actions import reset_factors_by_operator
    from hearthside.errors import Problem

    try:
        reset_factors_by_operator(args.email)
    except Problem as error:
        print(error.detail, file=sys.stderr)
        return 1
    print("Their second step is gone and they are signed out everywhere. They sign in with their password.")
    return 0


def run_audit(args: argparse.Namespace) -> int:
    """Look at the audit trail, or say what became of it; 1 when it is damaged."""
    from hearthside import audit_command

    acts = {
        "verify": lambda: audit_command.run_verify(as_json=args.json),
        "restored": audit_command.run_restored,
        "guard": audit_command.run_guard,
    }
    text, status = acts[args.audit]()
    print(text)
    return status


def run_classifier(args: argparse.Namespace) -> int:
    """Print the numbers of the classifier."""
    from moderation.classifier_report import run_report

    print(run_report(args.days, as_json=args.json))
    return 0


def run_jobs(args: argparse.Namespace) -> int:
    """List the jobs that were given up, or have one tried again."""
    from hearthside import jobs_command

    text, status = (
        jobs_command.run_given_up(as_json=args.json)
        if args.jobs == "given-up"
        else jobs_command.run_again(args.id)
    )
    print(text)
    return status


def run_wire(args: argparse.Namespace) -> int:
    """Write frontend/src/wire.ts, or with --check answer 1 when it is stale."""
    import hearthside.urls  # noqa: F401  loads every app's events
    from hearthside.wire import typescript

    path = Path(__file__).resolve().parent.parent / "frontend" / "src" / "wire.ts"
    if args.check:
        stale = not path.exists() or path.read_text() != typescript()
        print(
            "frontend/src/wire.ts is stale: run `hearthside wire`"
            if stale
            else "frontend/src/wire.ts is fresh"
        )
        return int(stale)
    path.write_text(typescript())
    return 0


COMMANDS = {
    "serve": run_serve,
    "init": run_init,
    "demo": run_demo,
    "check": run_check,
    "restored": run_restored,
    "reset-factors": run_reset_factors,
    "audit": run_audit,
    "classifier": run_classifier,
    "jobs": run_jobs,
    "wire": run_wire,
}

if __name__ == "__main__":
    sys.exit(main())
