"""What proves once more who it is that signs: the password, and the code where a second factor is set up."""

from flask import g
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField

from compounder import clock
from compounder.domain.errors import CompoundingError
from compounder.domain.people.person import Signatory
from compounder.services.example_people import EXAMPLE_PASSWORD
from compounder.services.signatures import Signing
from compounder.services.signing_in import Proof, reauthenticate
from compounder.web.asking import factors, has_second_factor, offers_example, place_of_proof, renew_session
from compounder.web.security_log import note
from compounder.web.workspace import person, site, workspace


class SigningForm(FlaskForm):
    """A form that signs; `shown` names what it shows, so that nothing else is signed.

    Ask `signing` inside the `try` of the act: what does not prove who it is is refused.
    """

    password = PasswordField("Your password")
    code = StringField("Code of your second factor")
    shown = HiddenField()

    @property
    def asks_for_code(self) -> bool:
        """Whether whoever is signed in has a second factor."""
        return has_second_factor()

    @property
    def hint(self) -> str:
        """Which password it is, where everybody may know it."""
        return f"In the example everybody's password is “{EXAMPLE_PASSWORD}”." if offers_example() else ""

    def signing(self) -> Signing:
        """One act of signing, by whoever is signed in and proves it now; refuses as signing in does."""
        keys = workspace().settings.keys
        return Signing(
            site=site(), signatory=self.signatory(), keys=keys, at=clock.now(), shown_sha256=self.shown.data or ""
        )

    def signatory(self) -> Signatory:
        """Whoever is signed in, proved once more; refuses as signing in does."""
        proof = Proof(sign_in_name=person().sign_in_name, password=self.password.data or "", code=self.code.data or "")
        try:
            signatory = reauthenticate(place_of_proof(), person(), proof, at=clock.now())
        except CompoundingError as refusal:
            note("not-proved", why=refusal.code)
            raise
        note("proved", why=factors(g.session))
        renew_session()
        return signatory
