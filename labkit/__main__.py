"""`labkit` and `python -m labkit`: look at the machine from a terminal."""

# Nothing here that Python 3.6 cannot read, annotations included: `labkit doctor` is what says that it is too old.
import argparse
import os
import sys

from labkit.version import __version__

_WELCOME = """\
labkit: a network in your notebook.

  labkit lab [FOLDER] [-- ARGUMENTS]   lay the lessons into a folder of yours (my-lessons) and open them in JupyterLab
  labkit lessons --list                which lessons there are
  labkit lessons --copy FOLDER [NAME]  lay them (or those named) into a folder, never over work that was done
  labkit class FOLDER                  what a class got wrong and where it was stuck, from what was collected
  labkit hosts                         which networks of yours run, and in which notebook and cell
  labkit on HOST [-- PROGRAM …]        run a program on a host of one, from this terminal; without one, a shell
  labkit explain FILE …                what happened in captures (pcap, pcapng): where the time went, what broke
  labkit mystery --seeds STUDENTS.csv  for teachers: a hidden fault for each student; --grade VERDICTS.csv judges them
  labkit variants --seeds STUDENTS.csv for teachers: another variant of some exercises for each student
  labkit doctor                        can this machine run the lessons live, and if not, what mends it?
  labkit doctor --json --output FILE   the same as JSON, for a teacher who collects it; it names nobody
  labkit --version                     which labkit this is

In a clone of the repository, `make lab` makes the environment and does the first."""

_STATUS = """\
It ends with status 0 in the full mode (namespaces: every lesson runs live), 1 in any other, and 2 when it was
not asked properly or FILE cannot be written.  Without --short it shows all that was found."""

_HOSTS = "NETWORK is its name, Network(…, name='chat'), or a number.  It ends with status 1 where none runs."
_ON = """\
The program finds the network's hosts by name and ends with the network.  The status is the program's own, 128 and
more where a signal ended it, 127 and 126 where there is no such program or it cannot be run, else 125."""

_EXPLAIN = """\
Of one file all that was found; of several, or a folder, a table.  It ends with status 0 where nothing is amiss, 1 where
something was found, 2 where a file could not be read."""

_MYSTERY = """\
A table is a CSV file whose first line names its columns; one of them is name (or id, student, login, email).
--seeds adds the columns level and seed, for mystery(seed, level) in a notebook.  The same WORD gives the same seeds;
rows that follow each other get different kinds of fault, all kinds as often; who is added at the end changes nobody
else's.  What --column chose is in the table from then on, as "graded as".  --grade wants the columns name, seed, level,
kind, where, and adds the right ones and points: 2 for kind and place, 1 for the kind alone.  It ends with status 0, or
2 where a table cannot be used."""

_VARIANTS = """\
A table is a CSV file whose first line names its columns; one of them is name (or id, student, login, email; else
--column), as nbgrader and JupyterHub know the students.  Added are the column seed and one for each exercise, which
says what that student has agreed; what --column chose is in the table from then on, as "graded as".  Rows that follow
each other differ in each; the same WORD gives the same again; who is added at the end changes nobody else's.  A course
is laid out with what this writes: docs/teaching.md.  It ends with status 0, or 2 where the table cannot be used."""

_CLASS = """\
FOLDER/ada/05_framing.ipynb as nbgrader collects it, or FOLDER/ada.json from progress(export="ada.json").  It ends with
status 0, 1 where a file could not be read, 2 where none could or OUT cannot be written."""


def main(arguments=None) -> int:
    """Run the command; returns the exit status: 0; 1 where the full mode is not available; 2 for a wrong call."""
    parser = argparse.ArgumentParser(prog="labkit", description="A network in your notebook.")
    parser.add_argument("--version", action="store_true", help="say which labkit this is")
    commands = parser.add_subparsers(
        dest="command", metavar="lab | lessons | class | hosts | on | explain | mystery | variants | doctor"
    )
    words = "lay the lessons into a folder of yours, never over work, and open them in JupyterLab"
    lab = commands.add_parser("lab", help=words, description=f"{words.capitalize()}.")
    lab.add_argument("folder", nargs="?", default="my-lessons", help="where your copies lie (my-lessons)")
    lab.usage = "labkit lab [-h] [FOLDER] [-- ARGUMENTS OF JUPYTERLAB]"
    words = "list the lessons, or lay them into a folder of yours, never over work"
    lessons = commands.add_parser("lessons", help=words, description=f"{words.capitalize()}.")
    what = lessons.add_mutually_exclusive_group()
    what.add_argument(
        "--list", action="store_true", help="number, name and title of each (as without any option)"
    )
    what.add_argument("--copy", metavar="FOLDER", help="lay them there, without outputs")
    lessons.add_argument(
        "--outputs", action="store_true", help="with --copy: with their outputs, for pytest --nbval FOLDER"
    )
    lessons.add_argument("names", nargs="*", metavar="NAME", help="which to lay: framing, 05 (all)")
    words = "what a class got wrong and where it was stuck, from notebooks and exported progress"
    school = commands.add_parser("class", help=words, description=f"Say {words}.", epilog=_CLASS)
    school.add_argument("folder", metavar="FOLDER", help="with a folder for each person, or a file")
    school.add_argument("--csv", metavar="OUT", help="write who did what to OUT")
    school.add_argument("--picture", metavar="OUT", help="draw the overview to OUT (.png, .svg, .pdf)")
    school.add_argument("--json", action="store_true", help="all of it as JSON")
    words = "list the networks of yours that run, their hosts, and the notebook and cell of each"
    commands.add_parser("hosts", help=words, description=f"{words.capitalize()}.", epilog=_HOSTS)
    words = "run a program on a host of a network that runs, or a shell"
    on = commands.add_parser("on", help=words, description=f"{words.capitalize()}.", epilog=_ON)
    on.add_argument("host", metavar="HOST", help="client, or client@NETWORK where several have one")
    on.add_argument("program", nargs=argparse.REMAINDER, help="and its arguments (a shell)")
    on.usage = "labkit on [-h] HOST [-- PROGRAM ARGUMENTS]"
    words = "what happened in captures: where the time went, what broke, and the frames that prove it"
    told = commands.add_parser("explain", help=words, description=f"Say {words}.", epilog=_EXPLAIN)
    told.add_argument(
        "files", nargs="+", metavar="FILE", help="pcap or pcapng, also packed; or a folder of them"
    )
    told.add_argument("--html", metavar="OUT", help="write a page of one file, with pictures, to OUT")
    told.add_argument("--json", action="store_true", help="as JSON, times in nanoseconds")
    words = "for teachers: hand out a hidden fault for each student, and grade what they say it is"
    case = commands.add_parser("mystery", help=words, description=f"{words.capitalize()}.", epilog=_MYSTERY)
    either = case.add_mutually_exclusive_group(required=True)
    either.add_argument(
        "--seeds", metavar="STUDENTS", help="a table of students, to which a seed each is added"
    )
    either.add_argument(
        "--grade", metavar="VERDICTS", help="a table of their verdicts, to which points are added"
    )
    words = (
        "of --seeds: 1 at a service (as without), 2 on the way, 3 anywhere, and the complaint says nothing"
    )
    case.add_argument("--level", type=int, choices=(1, 2, 3), help=words)
    case.add_argument("--course", metavar="WORD", help="of --seeds: another word gives other seeds")
    words = "of --grade: what --seeds wrote; a verdict on another seed is then refused"
    case.add_argument("--handed", metavar="FILE", help=words)
    case.add_argument("--column", metavar="NAME", default="", help="which column has the names")
    case.add_argument("--out", metavar="FILE", help="write to FILE instead of the terminal")
    words = "for teachers: give each student another variant of some exercises, and say who has what"
    varied = commands.add_parser("variants", help=words, description=f"{words}.", epilog=_VARIANTS)
    varied.add_argument("--seeds", metavar="STUDENTS", required=True, help="a table of students")
    varied.add_argument("--course", metavar="WORD", help="another word gives other variants")
    varied.add_argument("--column", metavar="NAME", default="", help="which column has the names")
    varied.add_argument("--out", metavar="FILE", help="write to FILE instead of the terminal")
    words = "what this machine allows, what is missing, what mends it"
    asked = commands.add_parser("doctor", help=words, description=f"Say {words}.", epilog=_STATUS)
    form = asked.add_mutually_exclusive_group()
    form.add_argument("--full", action="store_true", help="all that was found (as without any option)")
    form.add_argument("--short", action="store_true", help="only what is amiss")
    asked.add_argument(
        "--json", action="store_true", help="as JSON; format: labkit.diagnosis.report.Report.to_dict"
    )
    asked.add_argument("--output", metavar="FILE", help="write to FILE instead of the terminal")
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    given = parser.parse_args(arguments[:cut])
    if given.version:
        print(f"labkit {__version__}")
        return 0
    if given.command is None:
        print(_WELCOME)
        return 0
    if sys.version_info < (3, 8):  # noqa: UP036
        found = ".".join(map(str, sys.version_info[:2]))
        print(f"This is Python {found}; labkit needs Python 3.11 or newer: make lab PYTHON=python3.11")
        return 1
    if given.command in ("lab", "lessons"):
        return _course(given, arguments[cut + 1 :])
    if given.command == "class":
        return _class(given)
    if given.command in ("explain", "mystery", "variants"):
        status, said = _asked(given)
        if said:
            _say(said)
        return status
    if given.command in ("hosts", "on"):
        return _into_a_network(given, arguments[cut:])
    from labkit.diagnosis.doctor import doctor

    report = doctor(full=not given.short)
    said = report.to_json() if given.json else str(report)
    if given.output:
        try:
            with open(given.output, "w", encoding="utf-8") as file:
                file.write(said + "\n")
        except OSError as error:
            print(f"labkit doctor: {given.output} cannot be written: {error.strerror}", file=sys.stderr)
            return 2
    else:
        _say(said)
    return 0 if report.works else 1


def _course(given, more) -> int:
    from labkit.course import command
    from labkit.course.editions import CourseError

    try:
        if given.command == "lab":
            return command.lab(given.folder, more)
        lines = command.copy(given.copy, given.names, given.outputs) if given.copy else [command.listing()]
    except CourseError as error:
        print(f"labkit {given.command}: {error}", file=sys.stderr)
        return 2
    _say("\n".join(lines))
    return 0


def _asked(given):
    """The status, and what to print."""
    if given.command == "explain":
        from labkit.explain import command as explaining

        return explaining.command(given.files, given.html, given.json)
    own = {name: getattr(given, name) for name in ("course", "column", "out")}
    if given.command == "variants":
        from labkit.course.variants import command as varying

        return varying.command(given.seeds, **own)
    from labkit.mysteries import command as handing

    return handing.command(given.seeds, given.grade, level=given.level, handed=given.handed, **own)


def _class(given) -> int:
    import shutil

    from labkit.course.classroom.command import command

    width = shutil.get_terminal_size().columns
    status, said, wrong = command(given.folder, given.csv, given.json, given.picture, width)
    if said:
        _say(said)
    if wrong:
        print(wrong, file=sys.stderr)
    return status


def _into_a_network(given, more) -> int:
    if sys.platform == "win32":  # which has no pseudo-terminals, nor hosts to be on
        print("labkit: hosts are on Linux; on Windows, in its WSL", file=sys.stderr)
        return 125
    from labkit.network.doors import command

    try:
        if given.command == "hosts":
            return command.hosts()
        # A "--" behind the program is the program's.
        return command.on(given.host, given.program + more if given.program else more[1:])
    except KeyboardInterrupt:
        return 130


def _say(text: str) -> None:
    """Print; where the terminal has no ✓ (an old code page of Windows), say it without."""
    encoding = sys.stdout.encoding or "ascii"
    try:
        print(text.encode(encoding, "replace").decode(encoding))
    except BrokenPipeError:  # `labkit doctor | head`: nobody reads on
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    raise SystemExit(main())
