"""Only who may read the page gets anything: a known Host, and the token where there is one."""

import pytest

from pat.errors import InputError
from pat.stream.web import web_access
from tests.stream.web.served import Served

TOKEN = "correct-horse-battery"


def test_loopback_needs_no_token() -> None:
    access = web_access("127.0.0.1:8765")

    assert access.token is None
    assert "localhost" in access.names
    assert access.url == "http://127.0.0.1:8765/"


@pytest.mark.parametrize("listen", ["", "8765", "127.0.0.1", "127.0.0.1:none", ":8765"])
def test_an_address_that_is_none_is_told(listen: str) -> None:
    with pytest.raises(InputError, match="expected HOST:PORT"):
        web_access(listen)


@pytest.mark.parametrize("token", [None, "", "short"])
def test_another_address_is_refused_without_a_long_token(token: str | None) -> None:
    with pytest.raises(InputError, match="PAT_WEB_TOKEN"):
        web_access("192.0.2.7:8765", token=token)


def test_every_address_is_refused_without_a_name_to_be_called_by() -> None:
    with pytest.raises(InputError, match="hosts under"):
        web_access("0.0.0.0:8765", token=TOKEN)
    assert web_access("0.0.0.0:8765", token=TOKEN, names=["Pat.Plant"]).names == {"pat.plant"}


PATHS = ["/", "/changes", "/culture", "/health", "/spectrum", "/sensor", "/events",
         "/static/page.js"]  # fmt: skip


@pytest.mark.parametrize("path", [*PATHS, "/nowhere"])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[", ""])
def test_a_foreign_host_is_forbidden_everywhere(page: Served, path: str, host: str) -> None:
    assert page.ask(path, Host=host).status == 403


@pytest.mark.parametrize("path", PATHS)
def test_without_the_token_nothing_is_told(locked_page: Served, path: str) -> None:
    assert locked_page.ask(path).status == 401
    assert locked_page.ask(f"{path}?token=wrong").status == 401
    assert locked_page.ask(path, Authorization="Bearer wrong").status == 401
    assert locked_page.ask(path, Cookie="raman_pat=wrong").status == 401


def test_the_token_opens_the_page_as_a_header(locked_page: Served) -> None:
    assert locked_page.ask("/", Authorization=f"Bearer {TOKEN}").status == 200


def test_a_browser_gives_the_token_once_and_keeps_a_cookie_that_does_not_hold_it(
    locked_page: Served,
) -> None:
    answer = locked_page.ask(f"/?token={TOKEN}")

    assert (answer.status, answer.getheader("Location")) == (303, "/")
    cookie = answer.getheader("Set-Cookie", "")
    assert TOKEN not in cookie
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert locked_page.ask("/", Cookie=cookie.partition(";")[0]).status == 200


@pytest.mark.parametrize("path", ["//evil.example/", "///evil.example/"])
def test_the_token_leads_to_no_other_host(locked_page: Served, path: str) -> None:
    answer = locked_page.ask(f"{path}?token={TOKEN}")

    assert (answer.status, answer.getheader("Location")) == (303, "/evil.example/")


def test_a_foreign_host_is_forbidden_even_with_the_token(locked_page: Served) -> None:
    assert locked_page.ask("/", Host="evil.example", Authorization=f"Bearer {TOKEN}").status == 403


@pytest.mark.parametrize("path", [*(path for path in PATHS if path != "/changes"), "/nowhere"])
def test_every_answer_forbids_what_is_not_ours(page: Served, path: str) -> None:
    answer = page.ask(path)

    policy = answer.getheader("Content-Security-Policy", "")
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.getheader("X-Content-Type-Options") == "nosniff"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("path", PATHS)
def test_nothing_can_be_written(page: Served, method: str, path: str) -> None:
    assert page.ask(path, method=method).status == 405


@pytest.mark.parametrize("path", ["/static/../access.py", "/static/..%2faccess.py"])
def test_no_path_leaves_the_folder(page: Served, path: str) -> None:
    assert page.ask(path).status == 404


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory):
    with Served.empty(tmp_path_factory.mktemp("page")) as served:
        yield served


@pytest.fixture(scope="module")
def locked_page(tmp_path_factory: pytest.TempPathFactory):
    with Served.empty(tmp_path_factory.mktemp("locked"), token=TOKEN) as served:
        yield served
