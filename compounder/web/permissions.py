"""Who may ask for what: one table over every address. What is not in it nobody may.

An auditor reads all and changes nothing; so pages that only ask for a change are not an auditor's either.
"""

from typing import Final

from flask import Flask, g, redirect, request, url_for
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from compounder.domain.people.person import Role
from compounder.domain.record.signatures import EVERYBODY_AT_WORK, PHARMACISTS
from compounder.web.asking import lacks_second_factor, look_who_asks

EVERY_ROLE: Final = frozenset(Role)
OWNERS: Final = frozenset({Role.OWNER})

OPEN: Final = frozenset(
    {"static", "fonts", "sign_in.sign_in", "sign_in.as_example", "sign_in.come_in", "sign_in.code_of_link"}
)
"""What is answered before anybody signs in."""
WITHOUT_SECOND_FACTOR: Final = frozenset(
    {"account.second_factor", "account.second_factor_code", "account.left", "sign_in.sign_out"}
)
"""Where somebody may go who has no second factor yet, in a pharmacy that asks everybody for one."""

ALLOWED: Final = {
    **dict.fromkeys(
        (
            "front.index",
            "front.dates",
            "orders.show",
            "batches.index",
            "batches.export",
            "batches.counts",
            "batches.find",
            "batches.show",
            "batches.plan",
            "triturations.show",
            "papers.worksheet",
            "papers.batch_labels",
            "papers.record_bundle",
            "papers.of_trituration",
            "papers.labels_of_trituration",
            "papers.order_worksheets",
            "papers.order_labels",
            "lots.index",
            "lots.show",
            "formulations.index",
            "formulations.show",
            "trends.of_formulation",
            "trends.of_filler_lot",
            "settings.show",
            "people.index",
            "people.show",
            "sign_in.sign_out",
            "account.show",
            "account.password",
            "account.second_factor",
            "account.second_factor_code",
            "account.drop_second_factor",
            "account.sessions",
            "account.left",
            "account.new_token",
            "account.revoke",
            "api.calculations",
            "patients.index",
            "patients.show",
            "prescriptions.index",
            "prescriptions.show",
            "prescriptions.demanded",
            "dispensing.bottle",
            "tracing.find",
            "tracing.show",
            "tracing.export",
            "recalls.index",
            "recalls.show",
            "imports.past_batch",
            "protocols.index",
            "protocols.show",
            "opioids.index",
            "opioids.show",
            "shelf.index",
            "shelf.show",
            "leaflet.show",
        ),
        EVERY_ROLE,
    ),
    **dict.fromkeys(
        (
            "orders.new",
            "orders.work_out",
            "courses.new",
            "lots.receive",
            "lots.measure",
            "lots.set_status",
            "lots.adjust",
            "triturations.make",
            "triturations.void",
            "bench.weigh",
            "bench.offered",
            "api.readings",
            "bench.discard",
            "steps.tick",
            "deviations.at_step",
            "deviations.at_weighing",
            "recovering.recover",
            "recovering.plan_before",
            "checks.verify",
            "finishing.weigh",
            "finishing.count",
            "finishing.assay",
            "corrections.amend",
            "corrections.quarantine",
            "patients.find",
            "patients.new",
            "patients.correct",
            "prescriptions.new",
            "prescriptions.change",
            "prescriptions.cancel",
            "dispensing.label",
            "dispensing.leaflet",
            "dispensing.calendar",
            "recalls.contact",
            "recalls.prescribers",
            "recalls.letters",
        ),
        EVERYBODY_AT_WORK,
    ),
    **dict.fromkeys(
        (
            "checks.decide",
            "checks.release",
            "deviations.assess",
            "finishing.decide",
            "finishing.statistic",
            "corrections.free",
            "corrections.reject",
            "corrections.recall",
            "corrections.void",
            "lots.amend",
            "formulations.revise",
            "formulations.approve",
            "settings.revise",
            "patients.due",
            "patients.erase",
            "dispensing.fill",
            "dispensing.take_back",
            "recalls.start",
            "recalls.close",
            "imports.index",
            "imports.take_file_in",
            "imports.template_file",
            "imports.withdraw",
            "protocols.new",
            "protocols.revise",
            "protocols.retire",
            "opioids.new",
            "opioids.correct",
            "opioids.verify",
            "opioids.withdraw",
            "shelf.count",
            "shelf.destroy",
            "leaflet.revise",
            "leaflet.approve",
        ),
        PHARMACISTS,
    ),
    **dict.fromkeys(
        (
            "people.invite",
            "people.link",
            "people.withdraw",
            "people.role",
            "people.standing",
            "people.second_factor",
            "people.sign_out",
            "people.revoke",
        ),
        OWNERS,
    ),
}


def protect(app: Flask) -> None:
    """Look at every request before its page does, and let pages offer only what is allowed."""
    app.before_request(require_permission)
    app.context_processor(lambda: {"may": may})


def require_permission() -> Response | None:
    """Nothing where the request may go on; the sign-in page, or a refusal, where it may not."""
    if request.endpoint is None or request.endpoint in OPEN:
        return None
    answer = look_who_asks()
    if answer is None and g.role not in ALLOWED.get(request.endpoint, ()):
        raise Forbidden
    if answer is None and request.endpoint not in WITHOUT_SECOND_FACTOR and lacks_second_factor():
        return redirect(url_for("account.second_factor"), 303)
    return answer


def may(endpoint: str) -> bool:
    """Whether whoever asks may go there: what they may not is not offered."""
    return endpoint in OPEN or g.get("role") in ALLOWED.get(endpoint, ())
