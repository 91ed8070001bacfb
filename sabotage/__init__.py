"""A lesson that cannot lie: break labkit, or an experiment, on purpose, and see which lesson or test notices."""
