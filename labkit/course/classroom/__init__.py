"""`labkit class FOLDER`: what a class got wrong, and where it was stuck, from what was collected."""
