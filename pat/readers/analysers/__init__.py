"""Reference assays as analysers and laboratories export them."""

from pat.readers.analysers.export import AssayExport, read_assay_export

__all__ = ["AssayExport", "read_assay_export"]
