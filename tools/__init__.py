"""What makes and checks the lessons; not part of the installed package."""
