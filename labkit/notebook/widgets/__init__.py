"""What panels and forms share in the page."""
