/** Maximum message size (bytes), as in the CLI. Chart values and CRDs exceed gRPC's default of 4 MiB. */
export const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;
