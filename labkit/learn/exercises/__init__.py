"""The exercises of lessons that are being moved to `labkit.lessons`."""
