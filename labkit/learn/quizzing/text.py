"""What a quiz says: its questions, and what is answered to a choice; as text and, in the same words, as HTML."""

from __future__ import annotations

import html

from labkit.learn.kit.quiz import Ask, Quiz
from labkit.learn.progressing.journal import JournalError, journal
from labkit.learn.showing import lettered, rich, told
from labkit.words import say

AGAIN = "Think again about the others, and answer once more."


def ask(asked: Quiz) -> str:
    """The quiz as plain text, with how to answer it without a mouse."""
    lines = [told(asked.title)]
    for number, question in enumerate(asked.questions, start=1):
        lines.append(f"{number}. {told(question.question)}")
        lines += [f"   {letter}) {told(choice)}" for letter, choice in question.letters.items()]
    return "\n".join([*lines, _how(asked)])


def _how(asked: Quiz) -> str:
    """How to answer without a mouse."""
    code = asked.code.format(id=asked.id, example=_example(asked))
    return say("Answer with a letter for each question (in code: {code}).", code=code)


def ask_rich(asked: Quiz) -> str:
    """The same as HTML, for places that show notebooks but run nothing."""
    questions = ""
    for question in asked.questions:
        choices = lettered({letter: rich(told(choice)) for letter, choice in question.letters.items()})
        questions += f"<li><p>{rich(told(question.question))}</p>{choices}</li>"
    title = rich(told(asked.title))
    which = f'data-quiz="{html.escape(asked.id)}"'
    return f"<div {which}><p><strong>{title}</strong></p><ol>{questions}</ol><p>{rich(_how(asked))}</p></div>"


def tell(asked: Quiz, chosen: tuple[str, ...]) -> str:
    """What the learner is told of the choices: "" is a question left out."""
    lines = [_head(asked, chosen)]
    for number, (question, choice) in enumerate(zip(asked.questions, chosen, strict=True), start=1):
        lines.append(f"{number}. {told(question.question)}")
        lines += [f"   {line}" for line in judge(question, choice)]
    if score(asked, chosen) < len(asked.questions):
        lines.append(say(AGAIN))
    return "\n".join(lines)


def tell_rich(asked: Quiz, chosen: tuple[str, ...]) -> str:
    """The same as HTML."""
    questions = ""
    for question, choice in zip(asked.questions, chosen, strict=True):
        questions += f"<li><p>{rich(told(question.question))}</p>{judge_rich(question, choice)}</li>"
    again = f"<p>{say(AGAIN)}</p>" if score(asked, chosen) < len(asked.questions) else ""
    return f"<div><p><strong>{rich(_head(asked, chosen))}</strong></p><ol>{questions}</ol>{again}</div>"


def judge(question: Ask, choice: str) -> list[str]:
    """What is said of one choice: its own reason, and when it is right, why the others are not."""
    if not choice:
        return [say("○ not answered")]
    letters = {label: letter for letter, label in question.letters.items()}
    judged = [choice, *(label for label in letters if label != choice and choice == question.right)]
    marks = {choice: "✓" if choice == question.right else "✗"}
    return [
        f"{marks.get(label, ' ')} {letters[label]}) {told(label)}: {told(question.choices[label])}"
        for label in judged
    ]


def judge_rich(question: Ask, choice: str) -> str:
    """The same as HTML."""
    return "".join(f"<p>{rich(line)}</p>" for line in judge(question, choice))


def _head(asked: Quiz, chosen: tuple[str, ...]) -> str:
    return say(
        "{title}: {right} of {all} right",
        title=told(asked.title),
        right=score(asked, chosen),
        all=len(asked.questions),
    )


def score(asked: Quiz, chosen: tuple[str, ...]) -> int:
    """How many of the choices are right."""
    return sum(choice == question.right for question, choice in zip(asked.questions, chosen, strict=True))


def note(asked: Quiz, chosen: tuple[str, ...]) -> list[str]:
    """Note the try in the learner's progress; what to tell if that failed."""
    try:
        if asked.keep is not None:
            asked.keep(asked, chosen)
        else:
            journal().note_quiz(asked.id, score(asked, chosen), len(asked.questions))
    except JournalError as error:
        return [say("(Not noted: {error}.)", error=error)]
    return []


def _example(asked: Quiz) -> str:
    """An answer that shows how to write one, and is not the right one."""
    for letter in "ab":
        chosen = tuple(question.letters[letter] for question in asked.questions)
        if score(asked, chosen) < len(asked.questions):
            break
    return " ".join(letter for _ in asked.questions)
