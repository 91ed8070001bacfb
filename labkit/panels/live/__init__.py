"""A plot of what is going on, drawn anew while it goes on."""
