"""Every change to second factors, to what a sign-in has shown, and to the places; each runs inside live.write.

The sign-in library's own writes to factors are not used: here the audit entry and the mail are part of the change.
"""

from __future__ import annotations

import uuid
from functools import partial

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction

from accounts import jobs
from accounts.access import access_person, access_self
from accounts.actions import end_signin, end_signins_of
from accounts.factors import codes
from accounts.factors.standing import Kind, has_factor, is_factor_required
from accounts.models import Person, SignIn
from accounts.queries import find_person
from hearthside import audit, clock, live
from hearthside.errors import Closed, Denied, NotFound

WAYS = {
    Kind.TOTP: SignIn.Way.TOTP,
    Kind.WEBAUTHN: SignIn.Way.PASSKEY,
    Kind.RECOVERY_CODES: SignIn.Way.RECOVERY,
}
NO_WAY = ""  # an answer that fits none of the person's factors


# Adding and removing


def add_totp(person: Person, *, secret: str, counter: int, signin: str) -> live.Answer:
    """Take an authenticator app in; `counter` is that of the code it has shown. Raises Closed when there is one."""
    kept = {"secret": codes.seal_secret(person.pk, secret), "counter": counter}
    return _add_factor(person, Kind.TOTP, kept, signin)


def add_passkey(person: Person, *, name: str, credential: str, signin: str) -> live.Answer:
    """Take a passkey in; raises Closed when it is there already."""
    if Authenticator.objects.filter(type=Kind.WEBAUTHN, data__credential=credential).exists():
        raise Closed("This passkey is here already.")
    return _add_factor(person, Kind.WEBAUTHN, {"name": name, "credential": credential, "count": 0}, signin)


def _add_factor(person: Person, kind: str, kept: dict[str, object], signin: str) -> live.Answer:
    """Make the row and, with the first factor, recovery codes; what was just shown confirms the sign-in."""
    me = access_self(person)
    try:
        with transaction.atomic():
            row = Authenticator.objects.create(
                user=me, type=kind, data=kept, created_at=clock.now(), last_used_at=clock.now()
            )
    except IntegrityError:
        raise Closed("There is an authenticator app already. Remove it before you add another.") from None
    _record(me, "factor.added", row)
    jobs.tell_factor_change.enqueue(str(me.pk), f"added.{WAYS[row.type]}")
    confirm_signin(signin, WAYS[row.type])
    fresh = not Authenticator.objects.filter(user=me, type=Kind.RECOVERY_CODES).exists()
    return {"factor": row.pk, "recovery_codes": _make_recovery_codes(me) if fresh else None}


def rename_passkey(person: Person, *, factor: int, name: str) -> live.Answer:
    """Call a passkey by another name; raises NotFound."""
    row = _find_factor(person, Kind.WEBAUTHN, factor)
    row.data["name"] = name
    row.save(update_fields=["data"])
    return {"factor": row.pk}


def remove_totp(person: Person) -> live.Answer:
    """Let go of the authenticator app; raises NotFound, and Denied for the last factor of somebody who needs one."""
    return _remove_factor(person, _find_factor(person, Kind.TOTP))


def remove_passkey(person: Person, factor: int) -> live.Answer:
    """Let go of a passkey; raises NotFound, and Denied for the last factor of somebody who needs one."""
    return _remove_factor(person, _find_factor(person, Kind.WEBAUTHN, factor))


def _remove_factor(person: Person, row: Authenticator) -> live.Answer:
    """Delete the row, and the recovery codes with the last one."""
    me = access_self(person)
    kind = WAYS[row.type]
    _record(me, "factor.removed", row)
    row.delete()
    if not has_factor(me.pk):
        if is_factor_required(me):
            raise Denied("People on the staff need a second step. Add another one before you remove this.")
        Authenticator.objects.filter(user=me).delete()
    jobs.tell_factor_change.enqueue(str(me.pk), f"removed.{kind}")
    return {"set": has_factor(me.pk)}


def renew_recovery_codes(person: Person) -> live.Answer:
    """New recovery codes in place of the old ones; raises Closed while there is no factor they could stand in for."""
    me = access_self(person)
    if not has_factor(me.pk):
        raise Closed("Recovery codes come with an authenticator app or a passkey. Add one of these first.")
    Authenticator.objects.filter(user=me, type=Kind.RECOVERY_CODES).delete()
    made = _make_recovery_codes(me)
    jobs.tell_factor_change.enqueue(str(me.pk), "renewed.recovery")
    return {"recovery_codes": made}


def _make_recovery_codes(me: Person) -> list[str]:
    """Keep tags of new codes, and answer the codes, which are never to be seen again."""
    made = codes.make_recovery_codes()
    tags = [codes.tag_recovery_code(me.pk, code) for code in made]
    row = Authenticator.objects.create(
        user=me, type=Kind.RECOVERY_CODES, data={"codes": tags}, created_at=clock.now()
    )
    _record(me, "factor.codes_made", row)
    return made


def reset_factors(person: Person, person_id: uuid.UUID) -> live.Answer:
    """Take all factors from somebody who has lost them, as an admin, and end their sign-ins.

    Raises Denied (also for oneself: who still gets in can change their own), NotFound.
    """
    target = access_person(person, person_id)
    if target.pk == person.pk:
        raise Denied("You cannot reset your own second step. Another admin can, or whoever runs the server.")
    return _reset(person, target, "admin")


def reset_factors_by_operator(email: str) -> live.Answer:
    """The same from the command line, where no other admin can; runs its own live.write.

    Raises NotFound for an unknown address.
    """
    target = find_person(email)
    if target is None:
        raise NotFound("Nobody here signs in with this address.")
    return live.write(live.Write(partial(_reset, None, target, "operator"), streams=(target.stream,)))


def _reset(by: Person | None, target: Person, reason: str) -> live.Answer:
    """Delete every factor and end every sign-in, with audit and mail."""
    audit.record(by, "factors.reset", f"person:{target.pk}", about=target, reason=reason)
    Authenticator.objects.filter(user=target).delete()
    end_signins_of(target, SignIn.Reason.FACTORS)
    jobs.tell_factor_change.enqueue(str(target.pk), f"reset.{reason}")
    return {"person": str(target.pk)}


def _find_factor(person: Person, kind: str, factor: int | None = None) -> Authenticator:
    """One of somebody's own factors, held until the end of the action; raises NotFound."""
    rows = Authenticator.objects.select_for_update().filter(user=person.pk)
    held = [row for row in rows if row.type == kind and factor in (None, row.pk)]
    if not held:
        raise NotFound
    return held[0]


def _record(me: Person, verb: str, row: Authenticator) -> None:
    """Write down what somebody did to a factor of theirs."""
    audit.record(me, verb, f"factor:{row.pk}", about=me, reason=str(WAYS[row.type]))


# Showing one


def use_code(person: Person, code: str, *, signin: str = "") -> live.Answer:
    """Use up a code that somebody typed, and confirm `signin` by it; answers the way it was, or NO_WAY.

    The period of an app's code and the tag of a recovery code are used up here, in one transaction, so neither
    works twice, however many try at once.
    """
    at = clock.now()
    rows = {row.type: row for row in Authenticator.objects.select_for_update().filter(user=person.pk)}
    if totp := rows.get(Kind.TOTP):
        secret = codes.open_secret(person.pk, totp.data["secret"])
        counter = codes.find_counter(secret, code, at, after=totp.data["counter"])
        if counter is not None:
            totp.data["counter"] = counter
            return _used(totp, signin)
    if (recovery := rows.get(Kind.RECOVERY_CODES)) and has_factor(person.pk):
        tag = codes.find_recovery_code(person.pk, code, recovery.data["codes"])
        if tag is not None:
            recovery.data["codes"].remove(tag)
            audit.record(person, "factor.code_used", f"factor:{recovery.pk}", about=person, reason="recovery")
            jobs.tell_factor_change.enqueue(str(person.pk), "used.recovery")
            return _used(recovery, signin)
    return {"way": NO_WAY}


def use_passkey(person: Person, *, credential: str, count: int, signin: str = "") -> live.Answer:
    """Note that a passkey was shown, and confirm `signin` by it; answers the way, or NO_WAY.

    A passkey that counts must have counted on: one that did not is a copy.
    """
    rows = Authenticator.objects.select_for_update().filter(user=person.pk, type=Kind.WEBAUTHN)
    row = next((row for row in rows if row.data["credential"] == credential), None)
    if row is None or ((count or row.data["count"]) and count <= row.data["count"]):
        return {"way": NO_WAY}
    row.data["count"] = count
    return _used(row, signin)


def _used(row: Authenticator, signin: str) -> live.Answer:
    """Keep that a factor was used now."""
    row.last_used_at = clock.now()
    row.save(update_fields=["data", "last_used_at"])
    if signin:
        confirm_signin(signin, WAYS[row.type])
    return {"way": WAYS[row.type].value}


def confirm_signin(signin: str, way: str) -> live.Answer:
    """Note that whoever is signed in there has just shown, in this way, that it is they."""
    rows = SignIn.objects.filter(pk=signin, ended_at=None)
    return {"confirmed": bool(rows.update(confirmed_at=clock.now(), confirmed_by=way))}


# Places


def end_place(person: Person, signin: str) -> live.Answer:
    """Sign one's own sign-in out, from wherever; raises NotFound for one that is not theirs."""
    if not person.sign_ins.filter(pk=signin).exists():
        raise NotFound
    return end_signin(signin, SignIn.Reason.ELSEWHERE)


def end_other_places(person: Person, keep: str) -> live.Answer:
    """Sign out everywhere but at `keep`; raises NotFound when that is not theirs or is over."""
    if not person.sign_ins.filter(pk=keep, ended_at=None).exists():
        raise NotFound
    ended = person.sign_ins.filter(ended_at=None).exclude(pk=keep).count()
    end_signins_of(person, SignIn.Reason.ELSEWHERE, keep=keep)
    return {"ended": ended}
