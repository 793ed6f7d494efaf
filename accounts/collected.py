"""Static files by names that change with their content where they were collected, by their own names where they weren't."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class CollectedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # without stubs
    """A browser keeps a collected file for good and gets it compressed beforehand; demo, serve and tests collect nothing."""

    def stored_name(self, name: str) -> str:
        return str(super().stored_name(name)) if self.hashed_files else name
