"""What labkit costs and how exact it is, beside what one would use otherwise: `python -m bench [names]`.

One module a question, each with `measure()`, which yields figures; `lanes` holds the ways from one host to
another, `traffic` what is sent over them, `lab` the scaffolding, `figures` the arithmetic and the tables.
Nothing here asserts a time: machines differ, and a figure beyond its limit is marked in the table.
"""
