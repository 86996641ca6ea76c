"""A reading on its way to the server: sent again until it is there, and never lost without a word."""

from dataclasses import replace
from threading import Event
from typing import Any

import pytest

from compounder.domain.errors import CompoundingError
from compounder.instruments import mt_sics
from compounder.instruments.courier import Courier
from compounder.instruments.reading import BalanceReading
from compounder.instruments.server import Server, server_at
from compounder.instruments.server_errors import NotTaken, ServerLost
from tests.fixtures.served import free_port
from tests.instruments.played_server import a_server

TOKEN = "t" * 43
PAUSE = 0.02


def a_reading(figure: str = "158.3") -> BalanceReading:
    return mt_sics.parse(f"S S {figure:>10} mg")


def sent_by(server: Server, *figures: str, patience: float = 10) -> tuple[int, list[str]]:
    """How many of the readings got lost, and what was said of them."""
    said: list[str] = []
    with Courier(server.take, "mt-sics", tell=said.append, pause=PAUSE, patience=patience) as courier:
        for figure in figures:
            courier.send(a_reading(figure))
    return courier.lost, said


def test_a_reading_is_sent_as_its_own_line_with_the_token_to_the_balances_own_address() -> None:
    with a_server() as played:
        assert sent_by(server_at(f"{played.address}/", "B 1/ä", TOKEN), "158.3") == (0, [])
    assert played.asked == [("/api/v1/balances/B%201%2F%C3%A4/readings", f"Bearer {TOKEN}")]
    (document,) = played.documents
    assert document["line"] == "S S      158.3 mg"
    assert (document["protocol"], len(document["key"])) == ("mt-sics", 22)
    assert 0 <= document["milliseconds_ago"] < 5_000


def test_a_reading_is_sent_again_until_the_server_answers_and_says_how_old_it_is_by_then() -> None:
    with a_server((503, {}), (500, {}), (201, {})) as played:
        lost, said = sent_by(server_at(played.address, "B1", TOKEN), "158.3")
    assert (lost, len(said)) == (0, 2)
    assert "does not answer (status 503). 158.3 mg is kept and sent again" in said[0]
    assert said[1] == "The server answers again; 158.3 mg is offered now."
    ages = [document["milliseconds_ago"] for document in played.documents]
    assert ages[0] + 2 * PAUSE * 1000 <= ages[2]
    assert len({document["key"] for document in played.documents}) == 1


def test_a_server_that_does_not_know_what_is_sent_is_the_one_to_update() -> None:
    refused = {"code": "unknown-key", "detail": 'The key "has_moved" is not known here.', "pointer": "/has_moved"}
    with a_server((422, refused)) as played:
        server = server_at(played.address, "B1", TOKEN)
        lost, (said,) = sent_by(server, "158.3")
    older = f"The server {server.name} is older than this program and cannot read what it sends; update the server."
    assert (lost, said) == (1, f"158.3 mg was not offered: {older}")


def test_each_reading_is_another_one_also_of_the_same_weight() -> None:
    with a_server() as played:
        sent_by(server_at(played.address, "B1", TOKEN), "168.2", "168.2")
    assert len({document["key"] for document in played.documents}) == 2


def test_that_the_balance_moved_goes_along_with_the_next_reading_that_gets_there() -> None:
    with a_server((422, {}), (201, {}), (201, {})) as played:
        server = server_at(played.address, "B1", TOKEN)
        with Courier(server.take, "mt-sics", tell=lambda _: None, pause=PAUSE) as courier:
            for has_moved in (True, False, False):
                courier.send(replace(a_reading(), has_moved=has_moved))
    assert [document["has_moved"] for document in played.documents] == [True, True, False]


def test_what_the_server_refuses_is_said_in_its_own_words_and_not_sent_again() -> None:
    refusal = {"detail": 'Balance "B9" is not one\nof this pharmacy.' + "x" * 9_000}
    with a_server((422, refusal), (201, {})) as played:
        lost, said = sent_by(server_at(played.address, "B9", TOKEN), "158.3", "158.4")
    assert lost == 1
    assert said[0].startswith('158.3 mg was not offered: Balance "B9" is not oneof this pharmacy.')
    assert len(said[0]) < 400
    assert len(played.documents) == 2


@pytest.mark.parametrize("answer", [(302, {}), (307, {}), (401, []), (404, "no")])
def test_no_redirection_is_followed_and_the_token_stays_with_the_server_that_was_named(answer: tuple[int, Any]) -> None:
    with a_server(answer) as played:
        lost, said = sent_by(server_at(played.address, "B1", TOKEN), "158.3")
    assert (lost, len(played.asked)) == (1, 1)
    assert said[0].endswith(f"answers with status {answer[0]}.")


def test_a_reading_after_which_another_came_is_named_and_the_newest_is_kept() -> None:
    server = server_at(f"http://127.0.0.1:{free_port()}", "B1", TOKEN)
    lost, said = sent_by(server, "158.1", "158.2", "158.3", patience=0.2)
    assert lost == 3
    assert [line.split(" mg")[0] for line in said if "was not offered" in line] == ["158.1", "158.2", "158.3"]
    assert any("The balance has sent another since." in line for line in said)
    assert "It is too old; weigh again." in said[-1]


def test_whoever_ends_the_program_hears_what_was_not_sent() -> None:
    tried, said = Event(), list[str]()

    def take(_: dict[str, Any]) -> None:
        tried.set()
        raise ServerLost(server="there", why="Connection refused")

    courier = Courier(take, "mt-sics", tell=said.append, pause=60)
    courier.__enter__().send(a_reading())
    tried.wait(10)
    courier.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert said[-1].endswith("This program was ended.")
    assert courier.lost == 1


def test_a_server_that_is_not_there_or_talks_nonsense_is_lost_not_a_crash() -> None:
    from tests.instruments.played import an_adapter, sends

    with an_adapter(sends(b"\xff\x00nonsense\r\n\r\n")) as (host, port), pytest.raises(ServerLost):
        server_at(f"http://{host}:{port}", "B1", TOKEN).take({})
    with pytest.raises(ServerLost, match=r"does not answer \(.*refused.*\)"):
        server_at(f"http://127.0.0.1:{free_port()}", "B1", TOKEN).take({})
    assert not issubclass(NotTaken, ServerLost)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("compounder.example", "no address of a server"),
        ("ftp://compounder.example", "no address of a server"),
        ("https://", "no address of a server"),
        ("https://a:b@compounder.example", "no address of a server"),
        ("https://compounder.example:port", "no address of a server"),
        ("http://10.0.0.7:8080", "use https"),
        ("http://127.0.0.1.example", "use https"),
    ],
)
def test_an_address_that_cannot_be_meant_or_would_show_the_token_is_refused(address: str, said: str) -> None:
    with pytest.raises(CompoundingError, match=said):
        server_at(address, "B1", TOKEN)


def test_another_machine_is_reached_by_tls_only() -> None:
    server = server_at("https://compounder.example/pharmacy/", "B1", TOKEN)
    assert (server.is_protected, server.port, server.name) == (True, None, "compounder.example")
    assert server.path == "/pharmacy/api/v1/balances/B1/readings"
