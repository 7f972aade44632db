/** Largest message that is taken or sent, in bytes; the CLI's own limit. Charts' values and CRDs pass gRPC's 4 MiB default. */
export const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;
