"""Variants of exercises in a class: a seed for each student, what it comes to, and by which a notebook is graded."""
