"""What nbgrader runs in place of its own steps, where a course is graded: `settings` names them.

Students' code runs behind walls (`kernels`, `labkit.course.confining`), a mark is given only for a verdict (`proof`,
`sealing`, `executing`), and quizzes, problems to put in order and predictions count, too (`asked`, `saving`).
"""
