"""The letters of signing in: plain words, one link, nothing about anybody's debts."""

from cma_graphql.integrations.email.port import OutgoingEmail

_INVITATION = """\
Hello,

{inviter} has invited you to {centre}.

To accept, open this link within 7 days:

{link}

If you have signed in here before, confirm with the password you have; otherwise choose one of at least 12 characters.

The link is for you alone and works once. If you did not expect this letter, leave it be: nothing happens.
"""
_RESET = """\
Hello,

somebody, we hope you, asked to choose a new password for your sign-in.

To do so, open this link within an hour:

{link}

The link is for you alone and works once. If it was not you, leave this letter be: your password stays as it is.
"""
_CHANGED = """\
Hello,

the password of your sign-in was changed just now, and you were signed out elsewhere.

If it was not you, ask for a new password at once and tell your centre's manager:

{url}
"""


def invitation_link(url: str, token: str) -> str:
    """Write the link of an invitation; what follows the # reaches no server's log."""
    return f"{url}/invitation#{token}"


def reset_link(url: str, token: str) -> str:
    """Write the link by which a new password is chosen."""
    return f"{url}/password-reset#{token}"


def invitation(to: str, *, url: str, token: str, inviter: str, centre: str) -> OutgoingEmail:
    """Write an invitation; it reads alike for people whom the network knows and for others."""
    text = _INVITATION.format(link=invitation_link(url, token), inviter=inviter, centre=centre)
    return OutgoingEmail(to=to, subject=f"You are invited to {centre}"[:200], text=text)


def password_reset(to: str, *, url: str, token: str) -> OutgoingEmail:
    """Write a letter with a link by which a new password is chosen."""
    return OutgoingEmail(to=to, subject="Choose a new password", text=_RESET.format(link=reset_link(url, token)))


def password_changed(to: str, *, url: str) -> OutgoingEmail:
    """Tell a person that their password was changed, in case it was somebody else."""
    return OutgoingEmail(to=to, subject="Your password was changed", text=_CHANGED.format(url=url))
