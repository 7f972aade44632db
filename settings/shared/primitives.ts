import { z } from "zod";
import { parseDuration } from "./duration";
import { parseQuantity } from "./quantity";

/** A string that matches `pattern`; a mismatch is reported as "must be `allowed`". */
export function text(pattern: RegExp, allowed: string) {
    return z.string({ error: allowed }).regex(pattern, { error: allowed });
}

/** An address that a URL parser takes; one with a user name may hold a password, too. */
function url(pattern: RegExp, allowed: string) {
    return z
        .string({ error: allowed })
        .refine((given) => pattern.test(given) && URL.canParse(given), { error: allowed });
}

/** An address of a web server. */
export const httpUrl = url(/^https?:\/\/[^@\s]+$/, "an http or https URL without user name");

/** An address of a web server that proves who it is. */
export const httpsUrl = url(/^https:\/\/[^@\s]+$/, "an https URL without user name");

/** What to say of an object that is not there although parts of it have no default. */
export function objectWith(parts: string) {
    return (issue: { readonly code?: string }) =>
        issue.code === "invalid_type" ? `an object with ${parts}, which have no default` : undefined;
}

/** A Kubernetes quantity such as `100m` or `256Mi`; a bare whole number, as YAML reads `cpu: 2`, is taken as text. */
export const quantity = z
    .union([z.string(), z.int().nonnegative().transform(String)], {
        error: "a Kubernetes quantity, e.g. 100m (CPU) or 256Mi (memory)",
    })
    .refine((value) => (parseQuantity(value) ?? 0) > 0, {
        error: "a Kubernetes quantity above zero, e.g. 100m (CPU) or 256Mi (memory)",
    });

/** A name of RFC 1123: what Kubernetes accepts for namespaces and most objects. */
export const dnsLabel = text(
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    "a DNS label: lower-case letters, digits and '-', at most 63 characters, e.g. my-namespace",
);

/** A DNS subdomain of RFC 1123, e.g. `my.object-1`. */
export const dnsName = text(
    /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    "a DNS name: lower-case letters, digits, '-' and '.', at most 253 characters",
);

/** A TCP or UDP port that a non-root process can open: below 1024 needs a capability that the pod drops. */
export const port = z.int({ error: "a whole number from 1024 to 65535" }).min(1024).max(65535);

/** Any port of somebody else, e.g. 443. */
export const remotePort = z.int({ error: "a whole number from 1 to 65535" }).min(1).max(65535);

/** A length of time as Go writes it, with one unit. */
export const duration = z
    .string({ error: "a duration, e.g. 30s, 90m or 24h" })
    .refine((value) => parseDuration(value) !== undefined, { error: "a duration, e.g. 30s, 90m or 24h" });

/** A time in whole seconds, zero included. */
export const seconds = z.int({ error: "a whole number of seconds" }).min(0).max(86_400);

/** A time in whole seconds, at least one. */
export const positiveSeconds = z.int({ error: "a whole number of seconds" }).min(1).max(86_400);

/** A count of at least one. */
export const count = z.int({ error: "a whole number of at least 1" }).min(1).max(10_000);

/** A SHA-256 digest, as images and charts are pinned by. */
export const digest = text(/^sha256:[a-f0-9]{64}$/, "sha256: and 64 lower-case hex digits");

/** A registry of images with an optional path, without scheme. */
export const registry = text(
    /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9]+([._/-]+[a-z0-9]+)*)?$/,
    "a registry, e.g. registry.example.com/mirror",
);

/** A key of a Secret or ConfigMap. */
export const secretKey = text(/^[-._a-zA-Z0-9]{1,253}$/, "a key of a Secret: letters, digits, '-', '_' and '.'");

/** The name of a SPIFFE trust domain: neither scheme nor path, no upper case. */
export const trustDomain = text(
    /^[a-z0-9._-]{1,255}$/,
    "a SPIFFE trust domain: lower-case letters, digits, '.', '-' and '_', without spiffe://",
);

/** A share in percent. */
export const percent = z.int({ error: "a whole number from 1 to 100" }).min(1).max(100);

/** An absolute path inside a container. */
export const absolutePath = text(/^\/[^:\0]*$/, "an absolute path, e.g. /tmp").transform(
    (path) => path.replace(/\/+$/, "") || "/",
);

/** An IP range, e.g. `10.0.0.0/8`. */
export const cidr = z.union([z.cidrv4(), z.cidrv6()], { error: "an IP range, e.g. 10.0.0.0/8" });

/** Labels or annotations: any keys, text values. */
export const stringMap = z.record(z.string(), z.string(), { error: "keys with text values" });

/** A text that YAML or `pulumi config set` may have read as a number or a boolean, e.g. `2` or `true`. */
export const scalarText = z.union([z.string(), z.number().transform(String), z.boolean().transform(String)], {
    error: "a text",
});
