/** How a pod uses an image. `argument`: an operator is told the image, and puts it into pods that it makes. */
export type UseRole = "container" | "init container" | "sidecar" | "ephemeral container" | "volume" | "argument";

/** One place where a stack uses an image. */
export interface ImageUse {
    /** The image as the place names it, e.g. `ghcr.io/spiffe/spire-agent:1.15.3`. */
    readonly reference: string;
    /** Component that made the object, e.g. `mesh`. */
    readonly component: string;
    /** The object, e.g. `Deployment x0tta6bl4-staging/staging-x0tta6bl4`. */
    readonly object: string;
    /** Name of the container or volume, or of the argument. */
    readonly name: string;
    /** How. */
    readonly role: UseRole;
    /** Whether a pod runs it. An operator may have an argument for pods that this stack does not ask for. */
    readonly runs: boolean;
}

/** A use without its place. */
export type PlacelessUse = Omit<ImageUse, "component" | "object">;
