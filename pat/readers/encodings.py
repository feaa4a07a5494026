"""Text out of bytes whose encoding nobody stated."""

from pat.errors import FileFormatError

#: Unicode first; what is not UTF-8 is most often a Windows program's Latin text.
ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")


def text_of(content: bytes, *, expected: str = "text") -> str:
    """Return the text in `content`; UTF-16 is told by its byte-order mark.

    Raises
    ------
    FileFormatError
        If it is no text but a binary file.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content[:4096]:
        msg = f"expected {expected}; got a binary file of another kind"
        raise FileFormatError(msg)
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError
