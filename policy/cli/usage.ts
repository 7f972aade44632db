/** A command line or configuration that cannot be used. The message says what to write instead. */
export class UsageError extends Error {}
