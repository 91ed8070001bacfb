"""Traces and the questions they answer."""
