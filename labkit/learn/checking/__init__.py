"""check and hint: an exercise's story, told step by step."""
