"""quiz: questions at the end of a lesson."""
