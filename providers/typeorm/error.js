"use strict";

/** What went wrong, in lower case and without full stop; hint: a sentence that says what to do. */
class ProviderError extends Error {
    constructor(message, hint, cause) {
        super(message, { cause });
        this.hint = hint;
    }
}

module.exports = { ProviderError };
