"""What runs after the commit: mail, and the end of sign-ins that went quiet."""

import uuid
from functools import partial

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings

from accounts import actions
from accounts.activity import forget_old
from accounts.letters import write_factor_change, write_invitation, write_password_reset
from accounts.models import Invitation, Person
from accounts.queries import find_idle_signins, get_practice, link_of
from hearthside import clock, live, mail
from hearthside.jobs import task


@task()
def send_invitation(invitation_id: str, generation: int) -> None:
    """Mail one sending of an invitation; does nothing once it was used, taken back or sent anew."""
    invitation = Invitation.objects.filter(pk=invitation_id, generation=generation).first()
    if invitation is None or invitation.state != Invitation.State.OPEN:
        return
    letter = write_invitation(get_practice(), link_of(invitation), invitation.expires_at)
    mail.send(invitation.email, letter.subject, letter.text)
    live.write(live.Write(partial(actions.mark_invitation_sent, invitation_id, generation)))


@task()
def send_password_reset(person_id: str) -> None:
    """Mail the link for a new password; does nothing for the id of nobody."""
    person = Person.objects.filter(pk=uuid.UUID(person_id), is_active=True).first()
    if person is None:
        return
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    link = settings.HEADLESS_FRONTEND_URLS["account_reset_password_from_key"].replace("{key}", key)
    letter = write_password_reset(get_practice(), link)
    mail.send(person.email, letter.subject, letter.text)


@task()
def tell_factor_change(person_id: str, what: str) -> None:
    """Mail somebody that their second factor was changed or a recovery code used (`what`: a code of the letter)."""
    person = Person.objects.filter(pk=uuid.UUID(person_id)).first()
    if person is not None:
        letter = write_factor_change(get_practice(), what)
        mail.send(person.email, letter.subject, letter.text)


@task()
def end_idle_signins() -> None:
    """End the sign-ins that had no input for too long, each with its announcement."""
    for signin in find_idle_signins():
        work = live.Write(partial(actions.end_if_idle, signin.pk), streams=(signin.person.stream,))
        live.write(work)
    forget_old(clock.now())
