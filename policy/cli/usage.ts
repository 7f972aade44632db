/** A command line or configuration that can't be used. The message says what to write instead. */
export class UsageError extends Error {}
