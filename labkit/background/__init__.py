"""Beside the notebook: services, tasks, programs on hosts, and processes, whose failures all reach the learner."""
