import { z } from "zod";
import { names } from "./kubernetes";
import { text } from "./text";

/**
 * Grammar of image names: github.com/distribution/reference, regexp.go. Domains in lower case only, as registries
 * require.
 */
const COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const DOMAIN = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::[1-9]\\d{0,4})?";

/** Maximum length of an image name with its domain (characters): `RepositoryNameTotalLengthMax`. */
const MAX_NAME = 255;

const PORT = /:(\d+)/;

/** Schema of a name that matches the grammar, with a valid port if it has one. */
function name(pattern: string, allowed: string) {
    const whole = new RegExp(`^${pattern}$`);
    return z
        .string({ error: allowed })
        .max(MAX_NAME, { error: allowed })
        .refine((given) => whole.test(given) && Number(PORT.exec(given)?.[1] ?? 0) <= 65_535, { error: allowed });
}

/** An image name with its registry, without tag or digest. */
export const imageName = name(
    `(?:${DOMAIN}/)?${COMPONENT}(?:/${COMPONENT})*`,
    "an image name without tag, e.g. registry.example.com/x0tta6bl4",
);

/** An image registry with an optional path, without scheme. */
export const registry = name(`${DOMAIN}(?:/${COMPONENT})*`, "a registry, e.g. registry.example.com/mirror");

const OCI_REFERENCE = "oci://REGISTRY/PATH without tag";

/** Reference to a chart in an OCI registry, without tag. */
export const ociReference = name(`oci://${DOMAIN}(?:/${COMPONENT})+`, OCI_REFERENCE);

/** Schema of an image tag. @param example Tag to show as an example in the message. */
export function imageTag(example: string) {
    return text(/^\w[\w.-]{0,127}$/, `an image tag, e.g. ${example} (as text: quote it in YAML)`);
}

/** A SHA-256 digest that pins an image or a chart. */
export const digest = text(/^sha256:[a-f0-9]{64}$/, "sha256: and 64 lower-case hex digits");

/** Image pull policy. */
export const pullPolicy = z
    .enum(["IfNotPresent", "Always", "Never"])
    .default("IfNotPresent")
    .describe("imagePullPolicy");

/** Schema of a version of three numbers without leading zeros (semver.org, 2). */
export function version(allowed: string) {
    return text(/^(0|[1-9]\d{0,3})(\.(0|[1-9]\d{0,3})){2}$/, allowed);
}

/** Names of Secrets with registry credentials. */
export const pullSecrets = names.default([]);
