"""The form that asks for nothing but why."""

from flask_wtf import FlaskForm
from wtforms.widgets import TextArea

from compounder.web.fields import ReadField, words
from compounder.web.signing_form import SigningForm


class ReasonForm(FlaskForm):
    """Why."""

    reason = ReadField("Reason", words, widget=TextArea())


class SignedReasonForm(SigningForm, ReasonForm):
    """Why, signed."""
