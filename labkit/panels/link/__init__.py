"""The cables of a network: conditions to turn, and what crosses."""
