import { z } from "zod";
import { hasControlCharacters } from "../../shell";
import { parseDuration } from "./duration";

/** A string that matches `pattern`; a mismatch is reported as "must be `allowed`". */
export function text(pattern: RegExp, allowed: string) {
    return z.string({ error: allowed }).regex(pattern, { error: allowed });
}

/** Maximum length of free text (characters): fits easily into an annotation, a key or a log line. */
const MAX_WORD = 253;

const LINE = `a text of 1 to ${MAX_WORD} characters on one line`;

/** Free text on one line: not empty, no control characters. */
export const line = z
    .string({ error: LINE })
    .min(1, { error: LINE })
    .max(MAX_WORD, { error: LINE })
    .refine((given) => !hasControlCharacters(given), { error: LINE });

const ROTATION = `a text of at most ${MAX_WORD} characters on one line, or a whole number`;

/** Text whose change triggers an action. An integer is converted to text, which loses nothing. */
export const rotation = z
    .union([z.string(), z.int().transform(String)], { error: ROTATION })
    .refine((given) => given.length <= MAX_WORD && !hasControlCharacters(given), { error: ROTATION });

/** Message for a missing object that has required fields. */
export function objectWith(parts: string) {
    return (issue: { readonly code?: string }) =>
        issue.code === "invalid_type" ? `an object with ${parts}, which have no default` : undefined;
}

const DURATION = "a duration, e.g. 30s, 90m or 24h";

/** A duration in Go's notation, with a single unit. */
export const duration = z
    .string({ error: DURATION })
    .refine((value) => parseDuration(value) !== undefined, { error: DURATION });

/** Maximum of settings in seconds: one day. */
export const MAX_SECONDS = 86_400;

/** A time in whole seconds, at least 0. */
export const seconds = z.int({ error: "a whole number of seconds" }).min(0).max(MAX_SECONDS);

/** A time in whole seconds, at least 1. */
export const positiveSeconds = z.int({ error: "a whole number of seconds" }).min(1).max(MAX_SECONDS);

/** A count of at least 1. */
export const count = z.int({ error: "a whole number of at least 1" }).min(1).max(10_000);

/** A number within bounds, the bounds included. @param unit its unit, for the message */
export function numberWithin(minimum: number, maximum: number, unit: string) {
    const error = `a number from ${minimum} to ${maximum} (${unit})`;
    return z.number({ error }).min(minimum, { error }).max(maximum, { error });
}

/** A percentage from 1 to 100. */
export const percent = z.int({ error: "a whole number from 1 to 100" }).min(1).max(100);

/** Maximum length of a path (characters): PATH_MAX in Linux' limits.h, without the terminating null byte. */
const PATH_MAX = 4095;

const PATH = "an absolute path other than /, without '.' or '..' as a part and without ':', e.g. /tmp";

/**
 * Absolute path of a directory or file in a container or on a node, without a trailing `/`. Kubernetes rejects `..` in
 * host paths and `:` in mount paths (pkg/apis/core/validation: ValidatePathNoBacksteps, ValidateVolumeMounts); a mount
 * over `/` hides the image.
 */
export const absolutePath = z
    .string({ error: PATH })
    .refine((path) => isAbsolutePath(path), { error: PATH })
    .transform((path) => path.replace(/\/+$/, ""));

function isAbsolutePath(path: string): boolean {
    const parts = path.replace(/\/+$/, "").split("/").slice(1);
    return (
        path.startsWith("/") &&
        path.length <= PATH_MAX &&
        parts.length > 0 &&
        parts.every((part) => part !== "" && part !== "." && part !== "..") &&
        !path.includes(":") &&
        !hasControlCharacters(path)
    );
}

const HTTP_PATH = "the path of a URL, e.g. /metrics: it starts with / and has no spaces, quotes, '?' or '#'";

/** Path of an HTTP request; used in probes, annotations and ServiceMonitors. */
export const httpPath = text(/^\/[\w.~!$&'()*+,;=:@%/-]{0,252}$/, HTTP_PATH);
