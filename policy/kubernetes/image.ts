import type { Field } from "../engine/field";
import { type Finding, type Findings } from "../engine/finding";
import { globMatches } from "../engine/glob";
import { eachContainer, EVERY_ROLE, type Workload } from "./workload";

/** Parts of an image reference. */
export interface Image {
    /** Registry, with port. Default: `docker.io`. */
    readonly registry: string;
    /** Repository path in the registry; official images of Docker Hub are in `library`. */
    readonly repository: string;
    /** Tag, if any. */
    readonly tag?: string;
    /** Digest, if any, e.g. `sha256:` and 64 hexadecimal digits or `sha512:` and 128. */
    readonly digest?: string;
}

/** Digest with an algorithm registered by the OCI image specification. */
export const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** A string that is meant as a digest, valid or not. */
export const DIGEST_LIKE = /^[a-z0-9+._-]+:[0-9a-f]+$/i;

/** Valid tags. */
export const TAG = /^\w[\w.-]{0,127}$/;

/** Parses an image reference. Never fails: an invalid reference has an empty repository. */
export function parseImage(reference: string): Image {
    const at = reference.indexOf("@");
    const named = at < 0 ? reference : reference.slice(0, at);
    const digest = at < 0 ? undefined : reference.slice(at + 1);
    const slash = named.lastIndexOf("/");
    // A colon before the last slash precedes the port of a registry.
    const colon = named.indexOf(":", slash + 1);
    const path = colon < 0 ? named : named.slice(0, colon);
    const tag = colon < 0 ? undefined : named.slice(colon + 1);
    const first = path.indexOf("/");
    const host = first < 0 ? "" : path.slice(0, first);
    const isRegistry = /[.:]/.test(host) || host === "localhost";
    const registry = !isRegistry || host === "index.docker.io" ? "docker.io" : host;
    const written = isRegistry ? path.slice(first + 1) : path;
    const official = registry === "docker.io" && written !== "" && !written.includes("/");
    return { registry, repository: official ? `library/${written}` : written, tag, digest };
}

/** Evaluates the image of each container, except images that match one of the patterns. */
export function eachImage(
    workload: Workload,
    exempt: readonly string[],
    check: (image: Image, field: Field, container: Field) => Findings,
): readonly Finding[] {
    return eachContainer(workload, EVERY_ROLE, (container) => {
        const field = container.at("image");
        const reference = field.string() ?? "";
        // Some operators fill in an unset image.
        if (reference === "" && (workload.partial || workload.custom)) {
            return [];
        }
        return exempt.some((pattern) => globMatches(pattern, reference))
            ? []
            : check(parseImage(reference), field, container);
    });
}
