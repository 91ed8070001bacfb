"""What all pictures are drawn with: colours, shapes, measures, SVG, PNG, pages."""
