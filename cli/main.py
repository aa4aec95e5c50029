"""Puts the subcommands together. What is heavy to import, a subcommand imports when it runs."""

from __future__ import annotations

import sys

import typer

from cli import (
    archive,
    cost,
    dead_letters,
    decide,
    digest,
    evaluate,
    intake,
    log,
    original,
    redrive,
    reread,
    rules,
    same_problem,
)
from cli.compare import command as compare
from cli.doctor import command as doctor
from cli.erase import export, forget
from cli.history import command as history
from cli.init import command as init
from cli.rehearse import command as rehearsing
from cli.today import command as today
from shared.errors import BadInput

app = typer.Typer(
    name="ticket-router",
    help="Ask Ticket Router what it did and why, try rules before they go live, and put things right.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

app.command("now")(today.now)
app.command("tickets")(log.tickets)
app.command("trace")(log.trace)
app.command("original")(original.original)
app.command("set-aside")(log.set_aside)
app.command("decide")(decide.decide)
app.command("eval")(evaluate.eval_)
app.command("cost")(cost.cost)
app.command("dead-letters")(dead_letters.dead_letters)
app.command("redrive")(redrive.redrive)
app.command("reread")(reread.reread)
app.command("replay")(archive.replay)
app.command("parse-mail")(intake.parse_mail)
app.command("same-problem")(same_problem.same_problem)
app.command("init")(init.init)
app.command("import")(history.import_)
app.command("rehearse")(rehearsing.rehearse)
app.command("digest")(digest.digest)
app.command("compare")(compare.compare)
app.command("forget")(forget.forget)
app.command("export")(export.export)
app.command("doctor")(doctor.doctor)
app.add_typer(rules.app, name="rules")


def main() -> None:
    """Run the command. Errors go to stderr: exit code 2 for bad input, 1 when it failed."""
    try:
        app()
    except BadInput as error:
        print(f"ticket-router: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        print(f"ticket-router: it failed: {error}", file=sys.stderr)
        sys.exit(1)
