/** An invalid command line or configuration. The message says what to write instead. */
export class UsageError extends Error {}
