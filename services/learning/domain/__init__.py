"""What the rules folder says, and what a correction teaches. Pure: written words go in, rules and problems come out."""

from services.learning.domain.folder import Draft, Folder, Pages, read_folder
from services.learning.domain.guide import examples_on
from services.learning.domain.lesson import Lesson, Plan, lesson_of, plan_for
from services.learning.domain.problem import Problem
from services.learning.domain.sections import Line, lines_of

__all__ = [
    "Draft",
    "Folder",
    "Lesson",
    "Line",
    "Pages",
    "Plan",
    "Problem",
    "examples_on",
    "lesson_of",
    "lines_of",
    "plan_for",
    "read_folder",
]
