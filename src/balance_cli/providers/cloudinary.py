"""Cloudinary: the credits of a product environment."""

from balance_cli.provider import Api, Balances, balance, plan, provider, segment


@provider(
    name="Cloudinary",
    group="media",
    docs="https://cloudinary.com/documentation/admin_api#usage",
    env=("CLOUDINARY_API_KEY+CLOUDINARY_API_SECRET",),
    base="https://api.cloudinary.com",
    balances={"credits": "credits", "transformations": "transformations", "storage": "bytes", "bandwidth": "bytes"},
    key="api_key:api_secret",
    auth="Authorization: Basic {basic}",
    options={"cloud_name": "the product environment"},
    required=("cloud_name",),
    top_up="https://cloudinary.com/pricing",
)
def cloudinary(api: Api) -> Balances:
    """Credits of the plan; older plans have limits for transformations, storage and bandwidth instead.

    For data in Europe or Asia, set base_url to https://api-eu.cloudinary.com or https://api-ap.cloudinary.com.
    """
    usage = api.get(f"/v1_1/{segment(api.options['cloud_name'])}/usage")
    yield plan(usage["plan"])
    if "credits" in usage:
        yield balance("credits", "credits", used=usage["credits"]["usage"], limit=usage["credits"]["limit"])
        return
    for name, unit in (("transformations", "transformations"), ("storage", "bytes"), ("bandwidth", "bytes")):
        yield balance(name, unit, used=usage[name]["usage"], limit=usage[name]["limit"], gates=name == unit)
