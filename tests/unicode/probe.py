"""What one CPython answers about Unicode; `generate.py` runs this inside each interpreter.

Every answer comes from the interpreter's own `str` methods, `unicodedata` and `\\N{...}` decoder. Each digest is a
SHA-256 of a text that `cache-core/src/python/unicode/tests.rs` builds a second time from Tasklens' answers.
"""

import hashlib
import json
import sys
import unicodedata

CODE_POINTS = range(0x110000)
SURROGATES = range(0xD800, 0xE000)

# The bits of a class in tables.rs.
PRINTABLE, START, CONTINUE, ASSIGNED = 1, 2, 4, 8


def properties(code):
    """The class of a code point."""
    c = chr(code)
    return (
        PRINTABLE * c.isprintable()
        | START * c.isidentifier()
        | CONTINUE * ("a" + c).isidentifier()
        | ASSIGNED * (unicodedata.category(c) != "Cn")
    )


def ranges():
    """`[first code point, class]` of each run of code points with one class."""
    runs = []
    for code in CODE_POINTS:
        # A surrogate is no Rust char: it joins the run that it stands in.
        if code in SURROGATES:
            continue
        of = properties(code)
        if not runs or runs[-1][1] != of:
            runs.append([code, of])
    return runs


def digest(lines):
    whole = hashlib.sha256()
    for line in lines:
        whole.update(line.encode())
    return whole.hexdigest()


def bitmap(test):
    """A character for each of the 1,114,112 code points, surrogates included: `1` if the test holds."""
    return digest("01"[bool(test(chr(code)))] for code in CODE_POINTS)


def scalars():
    return (chr(code) for code in CODE_POINTS if code not in SURROGATES)


def normal(form, text):
    return unicodedata.normalize(form, text)


def reactive():
    """The characters that normalisation moves or joins, in order; ideographs and whole syllables left out."""
    found = {chr(code) for code in range(0x1100, 0x1200)} | {chr(code) for code in range(0xAC00, 0xAC40)}
    for c in scalars():
        if unicodedata.combining(c):
            found.add(c)
        if len(parts := normal("NFD", c)) > 1 and not 0xAC00 <= ord(c) <= 0xD7A3:
            found.update(parts)
    return sorted(found)


def sequences(alphabet):
    """200,000 strings of 2 to 8 characters from a fixed pseudo-random sequence."""
    state = 1

    def below(bound):
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        return (state >> 33) % bound

    for _ in range(200_000):
        length = 2 + below(7)
        yield "".join(alphabet[below(len(alphabet))] for _ in range(length))


def named(name):
    """The code point of `"\\N{name}"`, or None."""
    try:
        return ord(rf"\N{{{name}}}".encode("ascii").decode("unicode_escape"))
    except UnicodeDecodeError:
        return None


def name_lines(change):
    """For the changed name of each character that has one: that text, and what it names."""
    for c in scalars():
        if name := unicodedata.name(c, ""):
            text = change(name)
            code = named(text)
            yield f"{text};{'' if code is None else format(code, '04X')}\n"


def lower_tail(name):
    """The last word, or what follows the last hyphen, in lower case."""
    at = max(name.rfind(" "), name.rfind("-")) + 1
    return name[:at] + name[at:].lower()


def alias_lines(aliases):
    for alias in sorted(aliases):
        if (code := named(alias)) is not None:
            yield f"{alias};{code:04X}\n"


def digests(aliases):
    return {
        "printable": bitmap(str.isprintable),
        "identifier-start": bitmap(str.isidentifier),
        "identifier-continue": bitmap(lambda c: ("a" + c).isidentifier()),
        "space": bitmap(str.isspace),
        "nfkc": digest(normal("NFKC", c) + "\n" for c in scalars()),
        "nfkc-of-sequences": digest(normal("NFKC", text) + "\n" for text in sequences(reactive())),
        "names": digest(name_lines(lambda name: name)),
        "names-lower": digest(name_lines(str.lower)),
        "names-lower-tail": digest(name_lines(lower_tail)),
        "names-shorter": digest(name_lines(lambda name: name[:-1])),
        "names-longer": digest(name_lines(lambda name: name + "S")),
        "aliases": digest(alias_lines(aliases)),
    }


def answers(aliases):
    """Everything, as JSON; `aliases` are the names of which it is asked what they name."""
    return json.dumps(
        {
            "version": sys.version.split()[0],
            "unicode": unicodedata.unidata_version,
            "ranges": ranges(),
            "digests": digests(aliases),
            "aliases": {alias: named(alias) for alias in aliases},
        }
    )


if __name__ == "__main__":
    print(answers(json.load(sys.stdin)))
