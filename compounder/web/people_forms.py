"""The forms of people: signing in, coming in by a link, one's own account, and what an owner does."""

from collections.abc import Collection, Sequence

from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, StringField

from compounder.domain.errors import NotAccepted
from compounder.domain.people.names import plain, require_one_alphabet
from compounder.domain.people.person import Role
from compounder.web.fields import ChoiceField, ReadField
from compounder.web.readers import LONGEST_NAME, one_line, person_name
from compounder.web.signing_form import SigningForm

LENGTHS = "At least 15 characters, or 8 with a second factor."
ROLES = tuple((role.value, role.value) for role in Role)


def read_sign_in_name(text: str) -> str:
    """A name to sign in by: letters, digits, points, hyphens; capitals do not matter."""
    name = plain(text)
    require_one_alphabet(name, field_name="sign_in_name")
    if len(name) > LONGEST_NAME or not all(letter.isalnum() or letter in ".-_@" for letter in name):
        raise NotAccepted(read=text, accepted="a name without blanks, such as a.mueller,")
    return name


class SignInForm(FlaskForm):
    """Name, password, and the code where there is one."""

    sign_in_name = StringField("Sign-in name")
    password = PasswordField("Password")
    code = StringField("Code of your second factor", description="Six digits; leave it empty if you have none.")


class ComingForm(FlaskForm):
    """What somebody sets who comes in by a link. The first owner chooses the names too."""

    name = ReadField("Your name", person_name, description="As records and papers print it, such as Anna Müller.")
    sign_in_name = ReadField(
        "Sign-in name", read_sign_in_name, description="What you type to sign in, such as a.mueller."
    )
    new_password = PasswordField("Password", description=f"{LENGTHS} Four words of your own are a good one.")
    new_password_again = PasswordField("Password again")
    new_code = StringField("Code of the second factor", description="Six digits; leave it empty to go without one.")
    settled: Collection[Field] = ()

    def settle_names(self, name: str, sign_in_name: str) -> None:
        """The link says who comes; nothing else is read."""
        if name:
            self.name.data, self.sign_in_name.data = name, sign_in_name
            self.settled = {self.name, self.sign_in_name}

    def ask_for_code(self) -> None:
        """Who comes has a second factor, which a new password leaves as it is."""
        self.new_code.label.text = "Code of your second factor"
        self.new_code.description = "Six digits. It stays as it is; if you lost it, ask an owner to take it away first."

    def shown(self) -> list[Field]:
        """The fields that are left to fill in."""
        return [field for field in self if field not in self.settled]


class PasswordForm(SigningForm):
    """The new password, and the old one as proof."""

    new_password = PasswordField(
        "New password",
        description="At least 15 characters, or 8 with a second factor. It signs you out everywhere else.",
    )
    new_password_again = PasswordField("New password again")


class SecondFactorForm(SigningForm):
    """The code that the telephone shows once it has read the picture, and the password as proof."""

    new_code = StringField("Code that it shows now", description="Six digits.")


class TokenForm(SigningForm):
    """What a token is for, and the role it acts in."""

    label = ReadField("What it is for", one_line, description="Such as: robot in room 2.")
    role = ChoiceField("Acts as")

    def offer(self, roles: Sequence[Role]) -> None:
        self.role.offer((role.value, role.value) for role in roles)


class InviteForm(SigningForm):
    """Somebody new, and the owner's password as proof."""

    name = ReadField("Name", person_name, description="As records and papers print it. It cannot be changed later.")
    sign_in_name = ReadField("Sign-in name", read_sign_in_name, description="Such as a.mueller.")
    role = ChoiceField("Role", ROLES)


class RoleForm(SigningForm):
    """What somebody does here from now on, and the owner's password as proof."""

    role = ChoiceField("Role", ROLES)
