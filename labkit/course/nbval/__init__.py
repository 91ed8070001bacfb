"""Notebooks that use labkit, tested by pytest and nbval: the plugin that comes with labkit."""
