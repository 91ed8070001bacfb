"""A class of generated students: what they hand in, nbgrader's exchange from end to end, and many kernels at once."""
