"""Files that come with a form: laid into the bucket for this form alone, looked for when it is received."""

import json

import pytest

from services.intake import handler
from services.intake.domain.form import check_form
from services.intake.domain.form_files import form_files, upload_key
from services.intake.tests.unit.test_intake_handler import call
from shared.errors import BadInput

PNG = {"name": "err.png", "size": 3, "content_type": "image/png"}
PDF = {"name": "offer.pdf", "size": 4, "content_type": "application/pdf"}
FORM = {"email": "ann@acme.example", "message": "See the picture", "idempotency_key": "k"}


def asked(wired, **fields):
    status, answer = call(handler.form, "POST", "/tickets/files", json.dumps({**FORM, **fields}).encode())
    return status, json.loads(answer)


def test_each_file_gets_a_place_of_the_ticket_that_the_form_will_be(wired):
    status, answer = asked(wired, files=[PNG, PDF])
    ticket = answer["ticket_id"]
    assert status == 200
    signed = [upload["fields"] for upload in answer["uploads"]]
    assert [fields["key"] for fields in signed] == [f"uploads/{ticket}/0", f"uploads/{ticket}/1"]
    assert [(fields["Content-Type"], fields["size"]) for fields in signed] == [("image/png", 3), ("application/pdf", 4)]
    posted = call(handler.form, "POST", "/tickets", json.dumps({**FORM, "files": [PNG, PDF]}).encode())
    assert json.loads(posted[1])["ticket_id"] == ticket
    assert not wired.bus.events


@pytest.mark.parametrize("sent_as", [list, json.dumps])
def test_what_came_is_on_the_ticket_out_of_reach_of_the_sender_and_what_did_not_is_said(world, sent_as):
    ticket = world.post_form(email="ann@acme.example", message="See the picture", files=sent_as([PNG, PDF]))
    world.files.objects[upload_key(ticket, 0)] = b"PNG"
    (event,) = world.drain()
    came, missing = event.data.ticket.attachments
    assert (came.name, came.size, came.content_type) == ("err.png", 3, "image/png")
    assert (came.ref.key, came.remark) == (f"attachments/{ticket}/0", "not scanned for viruses")
    assert world.files.objects[came.ref.key] == b"PNG"
    assert (missing.name, missing.ref) == ("offer.pdf", None)
    assert "did not arrive" in missing.remark


def test_files_inside_a_multipart_form_come_with_it(wired):
    parts = [
        ('name="email"', "ann@acme.example"),
        ('name="message"', "See the picture"),
        ('name="shot"; filename="err.png"\r\nContent-Type: image/png', "PNG"),
        ('name="none"; filename=""\r\nContent-Type: application/octet-stream', ""),
    ]
    body = "".join(f"--x\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n" for head, content in parts)
    kind = {"content_type": "multipart/form-data; boundary=x"}
    assert call(handler.form, "POST", "/tickets", f"{body}--x--\r\n".encode(), **kind)[0] == 202
    (file,) = wired.drain()[0].data.ticket.attachments
    assert (file.name, file.size, file.content_type) == ("err.png", 3, "image/png")
    assert wired.files.objects[file.ref.key] == b"PNG"


def test_a_form_without_files_is_stored_as_it_was_before_there_were_any():
    assert "files" not in check_form({"email": "ann@acme.example", "message": "Hi", "files": ""}).as_dict()


@pytest.mark.parametrize(
    "files",
    [
        "{",
        "[" * 5_000,
        {"name": "x"},
        ["err.png"],
        [PNG] * 6,
        [{**PNG, "size": 0}],
        [{**PNG, "size": -1}],
        [{**PNG, "size": "3"}],
        [{**PNG, "size": True}],
        [{**PNG, "size": 11 * 1024 * 1024}],
        [{**PNG, "size": 6 * 1024 * 1024}] * 2,
        [{**PNG, "content_type": "text/html"}],
        [{**PNG, "content_type": "image/svg+xml"}],
        [{**PNG, "content_type": "application/x-msdownload"}],
        [{**PNG, "content_type": "image/png\r\nX: 1"}],
    ],
)
def test_what_is_not_taken_is_named_before_anything_is_signed(wired, files):
    with pytest.raises(BadInput):
        form_files(files)
    status, answer = asked(wired, files=files)
    assert (status, answer["field"]) == (400, "files")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"email": "ann"}, "email"),
        ({"message": ""}, "message"),
        ({"idempotency_key": ""}, "idempotency_key"),
        ({}, "files"),
    ],
)
def test_nothing_is_signed_for_a_form_that_would_be_refused(wired, fields, field):
    files = {} if field == "files" else {"files": [PNG]}
    status, answer = asked(wired, **fields, **files)
    assert (status, answer["field"]) == (400, field)


def test_a_name_is_a_name_and_no_path():
    (file,) = form_files([{**PNG, "name": "C:\\secret/../err\u202e.png\x00"}])
    assert file.name == "err.png"


def test_a_flood_of_uploads_is_held_back(wired):
    statuses = [asked(wired, files=[PNG])[0] for _ in range(5)]
    assert statuses == [200] * 3 + [429] * 2
