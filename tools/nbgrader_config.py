# nbgrader's settings for this course. The file is yours: it was written once, and stays as it is when the course is
# laid out again. What a course of labkit's lessons needs, walls around students' code first of all, comes with labkit:
from pathlib import Path

try:
    from labkit.course.grading.settings import settle
except ImportError as error:  # of which nbgrader would tell, and grade without walls
    raise SystemExit(f"{__file__}: {error}; use the nbgrader that `make grading` makes") from error

c = get_config()  # noqa: F821  (nbgrader reads this file)
settle(c, Path(__file__).parent)

# What you set from here on is what counts (https://nbgrader.readthedocs.io/en/stable/configuration/config_options.html):
# c.ConfinedExecute.most_seconds = 300  # for one notebook
# c.ConfinedExecute.most_memory_mb = 2000
# c.ConfinedExecute.most_processes = 300
# c.ExecutePreprocessor.timeout = 60  # seconds, for one cell
