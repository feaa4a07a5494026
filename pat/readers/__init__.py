"""Files in: campaign folders and the files of instruments."""

from pat.readers.campaign_folder import read_campaign
from pat.readers.spectrum_file import read_spectrum_file, write_spectrum_file
from pat.readers.write import write_campaign

__all__ = ["read_campaign", "read_spectrum_file", "write_campaign", "write_spectrum_file"]
