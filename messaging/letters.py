"""The words of the relay's mail: nothing in it says what is written, or with whom."""

from accounts.letters import Letter
from accounts.models import Practice


def write_copy_opened(practice: Practice) -> Letter:
    """The letter after an admin took out the copy of somebody's recovery key."""
    text = (
        f"Hello,\n\nan admin of {practice.name} has taken out the copy of your recovery key that the practice keeps, "
        "and has given a reason in writing. With it your sealed messages can be read.\n\n"
        "If you do not know why, ask your practice today. Under Devices and keys you can make a new recovery key.\n"
    )
    return Letter(f"Your recovery key at {practice.name}", text)
