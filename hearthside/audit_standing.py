"""What the checkpoint file says, and whether the chain in the database still says the same."""

from __future__ import annotations

from dataclasses import dataclass, field

from hearthside.audit_codes import START
from hearthside.audit_file import Checkpoint, Line, digest, read_lines
from hearthside.audit_report import Report


@dataclass
class Standing:
    """The checkpoints that count: by sequence the HMACs that were signed, with the lines that say so."""

    there: bool = False
    signed: dict[int, list[tuple[str, int]]] = field(default_factory=dict)
    highest: int = 0
    """The newest checkpoint's sequence."""
    agreed: int = 0
    """The highest sequence at which database and file agree, below which they never differ."""
    differs: bool = False

    def take(self, says: Checkpoint, line: int) -> None:
        """Count one line; after a restore only what was kept counts of those before."""
        if says.kind == "restored":
            self.signed = {sequence: macs for sequence, macs in self.signed.items() if sequence <= says.kept}
        self.signed.setdefault(says.sequence, []).append((says.mac, line))
        self.highest = says.sequence

    def compare(self, report: Report, sequence: int, mac: str) -> None:
        """One seal against the checkpoints of its place."""
        wrong = [line for signed, line in self.signed.get(sequence, ()) if signed != mac]
        for line in wrong:
            report.add("rewritten", sequence=sequence, line=line)
        if wrong:
            self.differs = True
        elif sequence in self.signed and not self.differs:
            self.agreed = sequence

    def finish(self, report: Report, head: int, *, late: bool) -> None:
        """After the last seal: a chain that ends too early, or a file that does."""
        farthest = max(self.signed, default=0)
        if farthest > head:
            report.add("cut", sequence=head, until=farthest)
        if head and not self.there:
            report.add("file_missing")
        elif self.highest < head and late:
            report.add("uncovered", sequence=self.highest + 1, until=head)
        report.agreed = self.agreed


def read_standing(report: Report) -> Standing:
    """Read the checkpoint file; its damage goes into the report."""
    standing = Standing()
    try:
        before, odd = b"", None
        for line in read_lines(report.path):
            standing.there = True
            if not line.whole:
                report.notes.append("The last checkpoint is unfinished: a power cut, or it is being written.")
            elif line.says is None:
                if odd:
                    report.add("forged", line=odd.number)
                odd = line
            else:
                check_link(report, line, line.says, before, odd)
                standing.take(line.says, line.number)
                note(report, line.says)
                before, odd = line.data, None
        if odd:
            report.add("forged", line=odd.number)
    except FileNotFoundError:
        pass
    except OSError as error:
        standing.there = True
        report.add("file_unreadable", name=error.strerror or type(error).__name__)
    return standing


def check_link(report: Report, line: Line, says: Checkpoint, before: bytes, odd: Line | None) -> None:
    """One signed line against the lines before it; `odd` is the line just before when it is not one of ours."""
    if odd is not None:
        if says.torn == digest(odd.data):
            report.notes.append(f"Line {odd.number} is unfinished, and the next one says so: a power cut.")
        else:
            report.add("forged", line=odd.number)
            return
    elif says.torn:
        report.add("file_cut", line=line.number)
        return
    if says.previous != (digest(before) if before else START) or (line.number == 1 and says.kind != "begin"):
        report.add("file_cut", line=line.number)


def note(report: Report, says: Checkpoint) -> None:
    """What an operator should hear of a line."""
    report.checkpoints += 1
    report.last_at = says.at
    if says.kind == "restored":
        report.notes.append(
            f"On {says.at} the operator said that a backup was put back: entries after {says.kept} were lost then."
        )
