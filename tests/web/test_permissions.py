"""Who may ask for what: every address, every method, every role, and nobody at all."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from compounder.domain.people.person import Role
from tests.services.people import ANNA, IDA, OLGA, TOM
from tests.web.conftest import signed_in

# t technician, p pharmacist, o owner, a auditor, - whoever is not signed in
TABLE = """
GET  /                                             tpoa
GET  /dates                                        tpoa
GET  /sign-in                                      tpoa-
POST /sign-in                                      tpoa-
POST /sign-in/example                              tpoa-
POST /sign-out                                     tpoa
GET  /links/<token>                                tpoa-
POST /links/<token>                                tpoa-
GET  /links/<token>/code.png                       tpoa-
GET  /static/<path:filename>                       tpoa-
GET  /fonts/<name>                                 tpoa-
GET  /orders/new                                   tpo
POST /orders/new                                   tpo
GET  /orders/<order_number>                        tpoa
GET  /orders/<order_number>/worksheets.pdf         tpoa
GET  /orders/<order_number>/labels.pdf             tpoa
GET  /courses/new                                  tpo
GET  /batches                                      tpoa
GET  /batches/history.<any(csv,jsonl):form>        tpoa
GET  /batches/counts                               tpoa
GET  /batches/find                                 tpoa
GET  /batches/<lot_number>                         tpoa
GET  /batches/<lot_number>/plans/<int(max=9999):number>  tpoa
GET  /batches/<lot_number>/worksheet.pdf           tpoa
GET  /batches/<lot_number>/labels.pdf              tpoa
GET  /batches/<lot_number>/bench                   tpo
POST /batches/<lot_number>/bench                   tpo
GET  /batches/<lot_number>/bench/offered           tpo
GET  /batches/<lot_number>/bench/<int(max=9999):line>/discard  tpo
POST /batches/<lot_number>/bench/<int(max=9999):line>/discard  tpo
GET  /batches/<lot_number>/bench/recover           tpo
POST /batches/<lot_number>/bench/recover           tpo
GET  /batches/<lot_number>/bench/plan-before       tpo
POST /batches/<lot_number>/bench/plan-before       tpo
GET  /batches/<lot_number>/decide                  po
POST /batches/<lot_number>/decide                  po
GET  /batches/<lot_number>/verify                  tpo
POST /batches/<lot_number>/verify                  tpo
GET  /batches/<lot_number>/release                 po
POST /batches/<lot_number>/release                 po
GET  /batches/<lot_number>/weigh-capsules          tpo
POST /batches/<lot_number>/weigh-capsules          tpo
GET  /batches/<lot_number>/count-capsules          tpo
POST /batches/<lot_number>/count-capsules          tpo
GET  /batches/<lot_number>/assay                   tpo
POST /batches/<lot_number>/assay                   tpo
GET  /batches/<lot_number>/decide-on-capsules      po
POST /batches/<lot_number>/decide-on-capsules      po
GET  /batches/<lot_number>/filler-pack-statistic   po
POST /batches/<lot_number>/filler-pack-statistic   po
GET  /batches/<lot_number>/amend                   tpo
POST /batches/<lot_number>/amend                   tpo
GET  /batches/<lot_number>/quarantine              tpo
POST /batches/<lot_number>/quarantine              tpo
GET  /batches/<lot_number>/free                    po
POST /batches/<lot_number>/free                    po
GET  /batches/<lot_number>/reject                  po
POST /batches/<lot_number>/reject                  po
GET  /batches/<lot_number>/recall                  po
POST /batches/<lot_number>/recall                  po
GET  /batches/<lot_number>/void                    po
POST /batches/<lot_number>/void                    po
GET  /batches/<lot_number>/record.zip              tpoa
GET  /triturations/<lot_number>                    tpoa
GET  /triturations/<lot_number>/worksheet.pdf      tpoa
GET  /triturations/<lot_number>/labels.pdf         tpoa
GET  /triturations/<lot_number>/make               tpo
POST /triturations/<lot_number>/make               tpo
GET  /triturations/<lot_number>/void               tpo
POST /triturations/<lot_number>/void               tpo
GET  /batches/<lot_number>/bench/steps             tpo
POST /batches/<lot_number>/bench/steps             tpo
GET  /batches/<lot_number>/bench/steps/<int(max=9999):number>/deviation  tpo
POST /batches/<lot_number>/bench/steps/<int(max=9999):number>/deviation  tpo
GET  /batches/<lot_number>/bench/<int(max=9999):line>/deviation  tpo
POST /batches/<lot_number>/bench/<int(max=9999):line>/deviation  tpo
GET  /batches/<lot_number>/deviations/<int(max=999999999):entry>/assess  po
POST /batches/<lot_number>/deviations/<int(max=999999999):entry>/assess  po
GET  /lots                                         tpoa
GET  /lots/<lot_id>                                tpoa
GET  /lots/receive                                 tpo
POST /lots/receive                                 tpo
GET  /lots/<lot_id>/measure                        tpo
POST /lots/<lot_id>/measure                        tpo
GET  /lots/<lot_id>/status                         tpo
POST /lots/<lot_id>/status                         tpo
GET  /lots/<lot_id>/adjust                         tpo
POST /lots/<lot_id>/adjust                         tpo
GET  /lots/<lot_id>/amend                          po
POST /lots/<lot_id>/amend                          po
GET  /imports                                      po
GET  /imports/<what>/template.csv                  po
POST /imports/<what>                               po
GET  /past-batches/<past_batch_id>                 tpoa
GET  /past-batches/<past_batch_id>/withdraw        po
POST /past-batches/<past_batch_id>/withdraw        po
GET  /patients                                     tpoa
POST /patients/find                                tpo
GET  /patients/due                                 po
GET  /patients/new                                 tpo
POST /patients/new                                 tpo
GET  /patients/<identifier>                        tpoa
GET  /patients/<identifier>/correct                tpo
POST /patients/<identifier>/correct                tpo
GET  /patients/<identifier>/erase                  po
POST /patients/<identifier>/erase                  po
GET  /prescriptions                                tpoa
GET  /prescriptions/demand                         tpoa
GET  /prescriptions/for/<identifier>               tpo
POST /prescriptions/for/<identifier>               tpo
GET  /prescriptions/<number>                       tpoa
GET  /prescriptions/<number>/change                tpo
POST /prescriptions/<number>/change                tpo
GET  /prescriptions/<number>/cancel                tpo
POST /prescriptions/<number>/cancel                tpo
GET  /prescriptions/<number>/dispense              po
POST /prescriptions/<number>/dispense              po
GET  /protocols                                    tpoa
GET  /protocols/<code>                             tpoa
GET  /protocols/new                                po
POST /protocols/new                                po
GET  /protocols/<code>/revise                      po
POST /protocols/<code>/revise                      po
GET  /protocols/<code>/retire                      po
POST /protocols/<code>/retire                      po
GET  /opioids                                      tpoa
GET  /opioids/<code>                               tpoa
GET  /opioids/new                                  po
POST /opioids/new                                  po
GET  /opioids/<code>/correct                       po
POST /opioids/<code>/correct                       po
GET  /opioids/<code>/verify                        po
POST /opioids/<code>/verify                        po
GET  /opioids/<code>/withdraw                      po
POST /opioids/<code>/withdraw                      po
GET  /leaflet                                      tpoa
GET  /leaflet/revise                               po
POST /leaflet/revise                               po
GET  /leaflet/<int(max=9999):version>/approve      po
POST /leaflet/<int(max=9999):version>/approve      po
GET  /shelf                                        tpoa
GET  /batches/<lot_number>/shelf                   tpoa
GET  /batches/<lot_number>/shelf/count             po
POST /batches/<lot_number>/shelf/count             po
GET  /batches/<lot_number>/shelf/destroy           po
POST /batches/<lot_number>/shelf/destroy           po
GET  /bottles/<number>                             tpoa
GET  /bottles/<number>/return                      po
POST /bottles/<number>/return                      po
GET  /bottles/<number>/label.pdf                   tpo
GET  /bottles/<number>/leaflet.pdf                 tpo
GET  /bottles/<number>/calendar.pdf                tpo
GET  /trace                                        tpoa
GET  /trace/<kind>/<name>                          tpoa
GET  /trace/<kind>/<name>/trace.csv                tpoa
GET  /recalls                                      tpoa
GET  /recalls/<number>                             tpoa
GET  /recalls/start/<kind>/<name>                  po
POST /recalls/start/<kind>/<name>                  po
GET  /recalls/<number>/patients/<identifier>       tpo
POST /recalls/<number>/patients/<identifier>       tpo
GET  /recalls/<number>/prescribers                 tpo
POST /recalls/<number>/prescribers                 tpo
POST /recalls/<number>/letters.pdf                 tpo
GET  /recalls/<number>/close                       po
POST /recalls/<number>/close                       po
GET  /formulations                                 tpoa
GET  /formulations/<code>                          tpoa
GET  /formulations/<code>/trend                    tpoa
GET  /lots/<lot_id>/trend                          tpoa
GET  /formulations/<code>/revise                   po
POST /formulations/<code>/revise                   po
GET  /formulations/<code>/<int(max=9999):version>/approve  po
POST /formulations/<code>/<int(max=9999):version>/approve  po
GET  /settings                                     tpoa
GET  /settings/revise                              po
POST /settings/revise                              po
GET  /people                                       tpoa
GET  /people/<sign_in_name>                        tpoa
GET  /people/invite                                o
POST /people/invite                                o
GET  /people/<sign_in_name>/link                   o
POST /people/<sign_in_name>/link                   o
POST /people/links/<sign_in_name>/withdraw         o
GET  /people/<sign_in_name>/role                   o
POST /people/<sign_in_name>/role                   o
GET  /people/<sign_in_name>/second-factor          o
POST /people/<sign_in_name>/second-factor          o
GET  /people/<sign_in_name>/standing               o
POST /people/<sign_in_name>/standing               o
POST /people/<sign_in_name>/sign-out               o
POST /people/<sign_in_name>/tokens/<token_id>/revoke  o
GET  /account                                      tpoa
GET  /account/password                             tpoa
POST /account/password                             tpoa
GET  /account/second-factor                        tpoa
POST /account/second-factor                        tpoa
GET  /account/second-factor.png                    tpoa
GET  /account/second-factor/drop                   tpoa
POST /account/second-factor/drop                   tpoa
GET  /account/session                              tpoa
GET  /account/sessions                             tpoa
POST /account/sessions                             tpoa
GET  /account/tokens/new                           tpoa
POST /account/tokens/new                           tpoa
POST /account/tokens/<token_id>/revoke             tpoa
POST /api/v1/calculations
POST /api/v1/balances/<path:name>/readings
"""
WHO = {"t": TOM, "p": ANNA, "o": OLGA, "a": IDA, "-": None}
PLACES = {
    "<int(max=9999):version>": "1",
    "<int(max=9999):number>": "1",
    "<int(max=9999):line>": "1",
    "<int(max=999999999):entry>": "1",
    "<path:filename>": "compounder.css",
    "<any(csv,jsonl):form>": "csv",
}


def rows() -> Iterator[tuple[str, str, str]]:
    """Method, address and who may."""
    for line in TABLE.strip().splitlines():
        method, address, *who = line.split()
        yield method, address, "".join(who)


@pytest.fixture
def clients(application: Flask) -> dict[str, FlaskClient]:
    """One visitor of each role, and one who is not signed in; forms need no token here."""
    application.config["WTF_CSRF_ENABLED"] = False
    return {
        letter: signed_in(application, person) if person else application.test_client()
        for letter, person in WHO.items()
    }


def test_the_table_has_every_address_and_method(application: Flask) -> None:
    served = {
        (method, rule.rule)
        for rule in application.url_map.iter_rules()
        for method in rule.methods or ()
        if method not in ("HEAD", "OPTIONS")
    }
    assert {(method, address) for method, address, _ in rows()} == served


def test_each_role_is_let_in_where_the_table_says_so_and_nowhere_else(clients: dict[str, FlaskClient]) -> None:
    wrong = []
    for method, address, may in sorted(rows(), key=lambda row: row[1] == "/sign-out"):
        for letter, client in clients.items():
            answer = client.open(filled(address), method=method, buffered=True)
            is_let_in = answer.status_code not in (401, 403) and "/sign-in?next=" not in answer.headers.get(
                "Location", ""
            )
            if is_let_in != (letter in may):
                wrong.append((method, address, letter, answer.status))
    assert wrong == []


def filled(address: str) -> str:
    """The address with something in each of its places."""
    for place, value in PLACES.items():
        address = address.replace(place, value)
    return "/".join("nothing" if part.startswith("<") else part for part in address.split("/"))


def test_what_a_role_may_not_is_not_offered(clients: dict[str, FlaskClient]) -> None:
    for address, link in (("/", "/orders/new"), ("/lots", "/lots/receive"), ("/settings", "/settings/revise")):
        assert f'href="{link}"' in clients["t" if link != "/settings/revise" else "p"].get(address).text
        assert f'href="{link}"' not in clients["a"].get(address).text
    assert 'href="/people/invite"' in clients["o"].get("/people").text
    assert 'href="/people/invite"' not in clients["p"].get("/people").text


def test_a_refused_role_is_told_so_in_a_sentence(clients: dict[str, FlaskClient]) -> None:
    answer = clients["a"].get("/orders/new")
    assert answer.status_code == 403
    assert "Your role is auditor; this is for others." in answer.text


@pytest.mark.parametrize("role", Role)
def test_every_role_is_in_the_table(role: Role) -> None:
    assert any(person and person.role is role for person in WHO.values())
