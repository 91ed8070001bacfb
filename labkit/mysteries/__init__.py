"""Networks in which something hidden is wrong: `labkit.mystery(seed)`, which `labkit.learn.mystery` opens.

kinds     what can be wrong (data), at_a_service and on_the_way: its complaint, hints, and what would have told
drawing   a seed → a case: kind, place and parameters, the same everywhere (pure)
hiding    a case → the services that are told on their standard input, and what the helper is asked to do
opening   `Mystery`, the network that a learner gets;  verdict: what it says to a verdict
programs  what runs on its hosts
command   `labkit mystery`, for teachers: handing gives each student a seed, marking judges verdicts without a network,
          sheets reads and writes their tables

Where it is hidden: no object that a learner holds names the kind, the place or the parameters.  A service learns how to
behave from its standard input, a black hole is set in the wire's own process, and a verdict draws the case again from
the seed.  That is an honest effort and no lock: the seed is in the notebook, and whoever calls `drawing` is told.
"""
