"""Vendors that give a token for a client's id and secret."""

from balance_cli.provider import Api, Unexpected


def fetch_token(api: Api, path: str) -> str:
    """Send the key where the label says, and return the ``auth`` for requests with the token in the response.

    The token is hidden like the key. It is fetched for each check and never stored.
    """
    token = api.post(path)["access_token"]
    if not isinstance(token, str) or token == "" or not all("!" <= char <= "~" for char in str(token)):
        raise Unexpected("the access token is not a token")
    api.secret.add(token)
    return f"Authorization: Bearer {token.replace('{', '{{').replace('}', '}}')}"
