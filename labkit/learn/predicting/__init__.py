"""predict and reveal."""
