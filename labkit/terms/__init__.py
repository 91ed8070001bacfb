"""The glossary's terms, each explained once, as data: for the page, for what one points at, for marks in lessons."""
