"""Joining: an invitation's link, on a phone, to the end and in every way it can go otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD, Circle, Visiting
from tests.server import Server, SignedIn


def fill_account(page: Page, name: str = "Rosa Lind") -> None:
    page.get_by_label("Your name", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)


def fill_group(page: Page, name: str) -> None:
    page.get_by_label("I have read this and I agree").check()
    page.get_by_label("Name in the group").fill(name)


def join(page: Page) -> None:
    page.get_by_role("button", name="Join the group").click()


def skip_the_steps(page: Page) -> None:
    page.wait_for_url("**/welcome?**")
    page.get_by_role("button", name="Skip the rest").click()


def test_a_newcomer_joins_on_a_phone(visit: Visiting, circle: Circle) -> None:
    circle.add_topic("Hello", "Welcome here.")
    email, link = circle.invite()
    page = visit(phone=True).open(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome to Thursday circle")
    expect(page.get_by_label("Your e-mail address")).to_have_value(email)

    join(page)
    expect(page.get_by_label("Your name", exact=True)).to_be_focused()
    expect(page.get_by_text("Please read the agreement and tick this")).to_be_visible()

    fill_account(page)
    fill_group(page, "anna")
    join(page)
    taken = page.get_by_text("Somebody in this group goes by that name.")
    expect(taken).to_be_visible()
    expect(page.get_by_label("Name in the group")).to_be_focused()
    expect(page.get_by_label("Password", exact=True)).to_have_count(0)

    page.get_by_label("Name in the group").fill("Rowan")
    join(page)
    skip_the_steps(page)
    page.wait_for_url(f"**/groups/{circle.id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thursday circle")
    expect(page.get_by_text("You are in. This is Thursday circle.").last).to_be_visible()
    page.reload()
    expect(page.get_by_text("Rowan")).to_be_visible()
    page.goto(page.url.replace(f"/groups/{circle.id}", link))
    expect(page.get_by_text("You are in this group already")).to_be_visible()


def test_who_has_an_account_signs_in_and_joins(
    visit: Visiting, circle: Circle, server: Server, leader: SignedIn
) -> None:
    account = circle.add_member("Rowan")
    other = leader.command("group.open", name="Monday circle", member_name="Anna")["group"]
    _, link = Circle(server, leader, other, "Monday circle").invite(account["email"])
    page = visit(phone=True).open(link)
    expect(page.get_by_role("heading", name="You have an account here")).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_have_value(account["email"])
    page.get_by_label("Password", exact=True).fill(account["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    fill_group(page, "Birch")
    join(page)
    page.wait_for_url(f"**/groups/{other}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Monday circle")


def test_somebody_else_is_signed_in(visit: Visiting, circle: Circle) -> None:
    account = circle.add_member("Rowan")
    _, link = circle.invite()
    page = visit().sign_in(account, link)
    expect(page.get_by_text("This invitation is for somebody else")).to_be_visible()
    page.get_by_role("button", name="Sign out and go on").click()
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Join the group")).to_be_visible()


def test_the_agreement_changes_while_it_is_read(visit: Visiting, circle: Circle) -> None:
    _, link = circle.invite()
    page = visit(phone=True).open(link)
    fill_account(page)
    fill_group(page, "Rowan")
    words = "We listen.\n\n- **Nobody** gives advice unasked. <b>Really</b>"
    circle.leader.command("agreement.publish", group=circle.id, text=words)
    join(page)
    expect(page.get_by_role("alert").get_by_text("The agreement has changed")).to_be_visible()
    agreement = page.get_by_role("region", name="The group agreement")
    expect(agreement.get_by_role("listitem")).to_have_text("Nobody gives advice unasked. <b>Really</b>")
    expect(page.get_by_label("I have read this and I agree")).not_to_be_checked()
    expect(page.get_by_label("Name in the group")).to_have_value("Rowan")
    page.get_by_label("I have read this and I agree").check()
    join(page)
    skip_the_steps(page)
    page.wait_for_url(f"**/groups/{circle.id}")


def revoke(circle: Circle, email: str, link: str) -> None:
    open_ones = circle.leader.get(f"/api/groups/{circle.id}/invitations").json()["invitations"]
    circle.leader.command("invitation.revoke", invitation=open_ones[0]["id"])


def resend(circle: Circle, email: str, link: str) -> None:
    circle.invite(email)


def close(circle: Circle, email: str, link: str) -> None:
    circle.leader.command("group.close", group=circle.id)


@pytest.mark.parametrize(
    ("end", "title", "words"),
    [
        (revoke, "This invitation was taken back", "Whoever sent it to you can tell you more."),
        (resend, "There is a newer invitation", "Please use the link in the latest mail."),
        (close, "This link does not work", "This group has closed."),
    ],
)
def test_a_link_that_is_over_says_why(
    visit: Visiting, circle: Circle, end: Any, title: str, words: str
) -> None:
    email, link = circle.invite()
    end(circle, email, link)
    page = visit(phone=True).open(link)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_text(words)).to_be_visible()


def test_a_used_or_broken_link(visit: Visiting, circle: Circle) -> None:
    _, link = circle.invite()
    one = visit()
    page = one.open(link)
    fill_account(page)
    fill_group(page, "Rowan")
    join(page)
    skip_the_steps(page)
    page.wait_for_url(f"**/groups/{circle.id}")
    stranger = visit(phone=True)
    expect(stranger.open(link).get_by_role("heading", level=1)).to_have_text("This invitation has been used")
    expect(stranger.page.get_by_role("main").get_by_role("link", name="Sign in")).to_be_visible()
    expect(stranger.open(link[:-5]).get_by_role("heading", level=1)).to_have_text("This link does not work")


def test_the_last_step_is_offered_again_after_a_broken_line(visit: Visiting, circle: Circle) -> None:
    _, link = circle.invite()
    page = visit(phone=True).open(link)
    fill_account(page)
    fill_group(page, "Rowan")
    page.route("**/api/invitation.accept", lambda route: route.abort())
    join(page)
    expect(page.get_by_text("What you typed is still here.")).to_be_visible()
    page.unroute("**/api/invitation.accept")
    join(page)
    skip_the_steps(page)
    page.wait_for_url(f"**/groups/{circle.id}")
