"""What the lessons gave on a machine with the full mode: kept in small files, shown where a mode lacks something."""
