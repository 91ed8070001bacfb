"""Run one program of a student's where it can reach nothing of the teacher's, and end it when it takes too much.

`python -m labkit.course.confining PLAN -- PROGRAM ARGUMENTS`: namespaces of its own for users, mounts, processes and
the network (user_namespaces(7), mount_namespaces(7), pid_namespaces(7)); no right of an administrator is needed.
"""
