"""What the learning loop's forms share in the page."""
