"""What has been done so far: the journal, and the overview of it."""
