"""The glossary on the page."""
