"""The practice's recovery key on screens: made by an admin, a copy left by a therapist, taken out with a reason."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.axe import check_state
from tests.journeys.conftest import DESK, PHONE, Visiting
from tests.journeys.given_keys import SLOW_MS, dialog, set_up, shown_key
from tests.server import Server

SECRET = "The practice's private key"


def make_key(admin: Page) -> tuple[str, str]:
    """Make and announce the practice's key; answers its private part and its check code."""
    admin.get_by_role("button", name="Make the practice's key").click()
    box = admin.get_by_role("group", name=SECRET)
    expect(box).to_be_visible()
    check_state(admin, "the private key", PHONE, DESK)
    secret = box.inner_text()
    admin.get_by_role("button", name="We have kept it").click()
    code = admin.locator("dd code")
    expect(code).to_be_visible(timeout=SLOW_MS)
    check_state(admin, "announced", PHONE, DESK)
    return secret, code.inner_text()


def leave_copy(staff: Page, code: str) -> str:
    """Type a wrong code, then the right one; answers the new recovery key."""
    field = staff.get_by_label("Check code")
    expect(field).to_be_visible(timeout=SLOW_MS)
    field.fill("0000-0000-0000-0000")
    go = staff.get_by_role("button", name="Make a new recovery key and leave a copy")
    go.click()
    expect(staff.get_by_text("This is not the code of the key that is here.")).to_be_visible(timeout=SLOW_MS)
    check_state(staff, "a wrong check code", PHONE, DESK)
    field.fill(code.lower())
    go.click()
    written = shown_key(staff)
    staff.get_by_role("button", name="I have kept it").click()
    staff.get_by_label("Your recovery key").fill(written)
    staff.get_by_role("button", name="Check it").click()
    expect(staff.get_by_text("has had a copy of your recovery key")).to_be_visible(timeout=SLOW_MS)
    check_state(staff, "a copy is left", PHONE, DESK)
    return written


def test_a_copy_is_left_with_the_practice_and_taken_out_with_a_reason(
    visit: Visiting, server: Server
) -> None:
    admin = visit().sign_in(server.account("judith"), "/practice")
    secret, code = make_key(admin)
    there = visit()
    staff = there.sign_in(server.account("daniel"), "/messages")
    set_up(staff)
    there.open("/me/devices")
    written = leave_copy(staff, code)

    admin.reload()
    admin.get_by_role("button", name="Take out the copy of Daniel").click()
    box = dialog(admin)
    box.get_by_role("button", name="Take it out").click()
    expect(box.get_by_role("textbox", name="Why it is needed")).to_have_attribute("aria-invalid", "true")
    box.get_by_role("textbox", name="Why it is needed").fill("An emergency at night, agreed with Hannah.")
    check_state(admin, "why it is taken out", PHONE, DESK)
    box.get_by_role("button", name="Take it out").click()
    box.get_by_role("textbox", name=SECRET).fill(secret[::-1])
    box.get_by_role("button", name="Open the copy").click()
    expect(box.get_by_text("This key does not open the copy.")).to_be_visible()
    box.get_by_role("textbox", name=SECRET).fill(secret)
    box.get_by_role("button", name="Open the copy").click()
    expect(box.get_by_role("group", name="Their recovery key")).to_have_text(written)
    check_state(admin, "the copy opened", PHONE, DESK)
    box.get_by_role("button", name="Done").click()
    expect(admin.get_by_text("taken out on")).to_be_visible(timeout=SLOW_MS)

    admin.get_by_role("button", name="End it").click()
    dialog(admin).get_by_role("button", name="End it").click()
    expect(admin.get_by_role("button", name="Make the practice's key")).to_be_visible(timeout=SLOW_MS)
