"""What kind of browser somebody signed in with: enough to know one's own devices again, and no closer.

No version, no address, nothing that could tell two phones of one make apart.
"""

BROWSERS = (  # in this order: most browsers also name those that come later
    ("Edg/", "edge"),
    ("EdgA/", "edge"),
    ("EdgiOS/", "edge"),
    ("OPR/", "opera"),
    ("SamsungBrowser/", "samsung"),
    ("Firefox/", "firefox"),
    ("FxiOS/", "firefox"),
    ("CriOS/", "chrome"),
    ("Chrome/", "chrome"),
    ("Chromium/", "chrome"),
    ("Safari/", "safari"),
)
SYSTEMS = (
    ("Android", "android"),
    ("iPhone", "iphone"),
    ("iPad", "ipad"),
    ("CrOS", "chromeos"),
    ("Windows", "windows"),
    ("Mac OS X", "mac"),
    ("Linux", "linux"),
)


def read_device(user_agent: str) -> str:
    """Browser and system as two codes, `firefox windows`; `-` stands for what is not known."""
    return f"{_first(user_agent, BROWSERS)} {_first(user_agent, SYSTEMS)}"


def _first(text: str, marks: tuple[tuple[str, str], ...]) -> str:
    """The code of the first mark that the text has."""
    return next((code for mark, code in marks if mark in text), "-")
