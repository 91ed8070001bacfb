"""The notebook seen from inside: the kernel, the cell that runs, and what widgets share in the page."""
