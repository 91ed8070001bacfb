"""TCP's state machine, driven by a trace."""
