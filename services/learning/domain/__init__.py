"""What the rules folder says, and what a correction teaches. Pure: written words go in, rules and problems come out."""

from services.learning.domain.folder import Draft, Folder, Pages, read_folder
from services.learning.domain.guide import Line, lines_of
from services.learning.domain.lesson import Lesson, lesson_of
from services.learning.domain.problem import Problem

__all__ = ["Draft", "Folder", "Lesson", "Line", "Pages", "Problem", "lesson_of", "lines_of", "read_folder"]
