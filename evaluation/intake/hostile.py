"""Processor time of hostile mail: three megabytes of every shape that a pattern looks for, as text, page and headers.

``python -m evaluation.intake.hostile`` prints the slowest, and what memory it took. Intake must stay linear (ADR 10).
"""

from __future__ import annotations

import resource
import time

from services.intake.domain.mail import read_mail

SIZE = 3_000_000
SHAPES = (
    "> a\n", "-- \n", "--\nJane Doe\n", "Regards\n", "On 1.1.2026 10:00, A <a@b.c\n> wrote:\n", "PS\n", "a: b\n", "\n",
    "From: A <a@b.c>\nSent: 1.1.2026 10:00\nTo: b\nSubject: x\n", "Name: a@b.example\n", ">From x\n", "a@", "<", " \n",
    "Sent from my iPhone\n", "this mail is confidential and intended for the recipient\n", "TD> x\n", "| x\n", "x ",
    "https://a.b/unsubscribe ", "<<<<<<< x\n>>>>>>> y\n", "[Jane] x\n", "automatic reply, ", "not in the office and ",
    "<br>", "<p>x</p>", "<blockquote type=cite>", "<div class=gmail_signature>", "<a href=http://x.y/>z", "____ ", "- ",
    "<img alt='abc'>", "550 ", "5.1.1 ", "「", "不在 ", "Jane Doe, ", "1 2 3 4 5 6 7 8 ", "____\n", "\u2028",
    "-----Original Message-----\n", "---------- Forwarded message ---------\nFrom: A <a@b.c>\nTo: b@example.com\n\nx\n",
    "begin 644 a\n", "=?utf-8?q?a?= ",
)  # fmt: skip
HEAD = "From: a@b.example\nTo: support@example.com\nSubject: Re: x\nIn-Reply-To: <1@x>\nContent-Type: {kind}\n\n"


def main() -> None:
    """Print the slowest ten, how many there were, and the memory of the largest."""
    spent: list[tuple[float, str, str]] = []
    for shape in SHAPES:
        flat = shape.replace("\n", "")
        mails = {
            "words": HEAD.format(kind="text/plain") + shape * (SIZE // len(shape)),
            "page": HEAD.format(kind="text/html") + shape * (SIZE // len(shape)),
            "subject": f"Subject: Re: {flat * 20_000}\n\nx",
            "sender": f"From: {flat * 100_000}\n\nx",
            "folded headers": "From: a\n" + f" \n{flat}\n" * 50_000 + "\nx",
        }
        for where, mail in mails.items():
            raw = mail.encode()
            started = time.process_time()
            read_mail(raw, staff=("b.example",))
            spent.append((time.process_time() - started, where, shape))
    for seconds, where, shape in sorted(spent, reverse=True)[:10]:
        print(f"{seconds:5.2f} s  {where:<15} {shape!r}")
    print(f"{len(spent)} mails, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB at most")


if __name__ == "__main__":
    main()
