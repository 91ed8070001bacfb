"""What a class, or a project's continuous integration, uses beside the lab itself."""
