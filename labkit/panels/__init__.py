"""Panels: what people would rather touch than read. Each is a text for comparing, a still picture for documents,
and in JupyterLab a widget."""
