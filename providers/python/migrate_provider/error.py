"""The error of a provider."""


class ProviderError(Exception):
    """What went wrong, in lower case and without full stop; hint: a sentence that says what to do."""

    def __init__(self, message, hint=None):
        super().__init__(message)
        self.hint = hint
