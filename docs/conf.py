"""What Sphinx is told of the site.  It reads what `python -m tools.site` laid; nothing here executes a notebook."""

from labkit.version import __version__
from tools.site import docstrings

project = "labkit"
author = "The labkit authors"
project_copyright = "The labkit authors"
release = version = __version__
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.autosummary"]
exclude_patterns = ["_static"]
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb"}

# The pages show what the editions hold, which CI has executed and compared.
nb_execution_mode = "off"
nb_merge_streams = True
nb_ipywidgets_js = {}  # from elsewhere; the panels bring their own
myst_heading_anchors = 4
myst_enable_extensions = ["attrs_inline", "deflist"]

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autosummary_generate = False
add_module_names = False
python_use_unqualified_type_names = True

suppress_warnings = ["misc.highlighting_failure"]  # "…" in an example stands for what is left out

html_theme = "furo"
html_title = "labkit"
html_favicon = "_static/icon.svg"
html_static_path = ["_static"]
html_css_files = ["pictures.css", "site.css"]
html_js_files = [(name, {"defer": "defer"}) for name in ("theme.js", "asking.js", "finding.js", "alone.js")]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_domain_indices = False
html_theme_options = {
    "navigation_with_keys": False,
    "light_css_variables": {"color-brand-primary": "#005C91", "color-brand-content": "#005C91"},
    "dark_css_variables": {"color-brand-primary": "#5FB3EA", "color-brand-content": "#5FB3EA"},
}
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"


def setup(app):
    app.connect("autodoc-process-docstring", docstrings.processed)
    app.connect("autodoc-skip-member", docstrings.skipped)
