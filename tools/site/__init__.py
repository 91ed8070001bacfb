"""The site: lessons, handbook, reference and glossary as pages that need no kernel (`make site`)."""
