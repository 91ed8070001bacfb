"""What a learner's machine runs of a lesson, a folder each."""
