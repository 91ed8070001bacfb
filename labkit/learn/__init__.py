"""The loop that makes a reader think: predict, run, look, change; check, hint, progress.

`predict` and `reveal` hold a learner's guess against what the experiment gave; `check` runs the learner's
code and tells what happened; `hint` helps a little more at each call; `order` shuffles the lines of a program
and runs them as the learner puts them; `quiz` asks about situations at work and explains every choice;
`variant` says what is agreed in an exercise that is another one for each learner of a class;
`progress` shows what is done, and `recall` asks old predictions again; `glossary` explains a term.

None of them raises because of what a learner wrote, and none lets the progress file change what a lesson
prints: a lesson's output depends on the lesson alone.  Adding an exercise: see `labkit.learn.finding`.
"""

from labkit.lazy import face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from labkit.learn.checking.check import check
    from labkit.learn.checking.hints import hint
    from labkit.learn.glossing.glossary import glossary
    from labkit.learn.ordering.order import order
    from labkit.learn.predicting.predict import predict, reveal
    from labkit.learn.progressing.overview import progress
    from labkit.learn.quizzing.ask import quiz
    from labkit.learn.recalling.recall import recall
    from labkit.learn.varying.variant import variant

_PUBLIC = {
    "check": "labkit.learn.checking.check",
    "glossary": "labkit.learn.glossing.glossary",
    "hint": "labkit.learn.checking.hints",
    "order": "labkit.learn.ordering.order",
    "predict": "labkit.learn.predicting.predict",
    "progress": "labkit.learn.progressing.overview",
    "quiz": "labkit.learn.quizzing.ask",
    "recall": "labkit.learn.recalling.recall",
    "reveal": "labkit.learn.predicting.predict",
    "variant": "labkit.learn.varying.variant",
}

__getattr__, __dir__, __all__ = face(__name__, _PUBLIC)
