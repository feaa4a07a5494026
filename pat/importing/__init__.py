"""Files of any make into a campaign folder, with an account of what became of each."""

from pat.importing.account import Account
from pat.importing.draft import Draft, Request, draft_campaign
from pat.importing.folder import write_draft

__all__ = ["Account", "Draft", "Request", "draft_campaign", "write_draft"]
