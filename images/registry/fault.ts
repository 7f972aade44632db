/** Why a registry gives no answer. `unauthorized` stands for images that do not exist, too: some registries do not tell them apart. */
export type RegistryProblem = "unauthorized" | "missing" | "rate limit" | "unreachable" | "broken";

/** A registry that does not tell the digest of an image. Its message holds no credential. */
export class RegistryFault extends Error {
    /** Name of the error, for logs. */
    public override readonly name = "RegistryFault";

    /**
     * @param problem What kind of problem it is.
     * @param message The problem as a clause that begins with the registry, e.g. `ghcr.io does not answer (...)`.
     */
    constructor(
        public readonly problem: RegistryProblem,
        message: string,
    ) {
        super(message);
    }
}
