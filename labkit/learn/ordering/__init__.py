"""order: lines to be put in order (Parsons problems)."""
