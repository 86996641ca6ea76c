"""What makes an act unique: two clicks on one form are one act, the same form edited and sent again is another."""

from compounder.codec.documents import canonical, digest


def once(one_time_key: str, asked: object) -> str:
    """The name of an act: the form's key and everything it asks for, as 64 hexadecimal digits."""
    return digest(canonical([one_time_key, canonical(asked)]))
