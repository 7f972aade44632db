import { isMap, text } from "../protocol/values";

/** A refusal of the API server, its message as it stands. */
export class ApiError extends Error {
    /**
     * @param code HTTP status code.
     * @param reason Kubernetes' machine-readable reason, e.g. `AlreadyExists`.
     * @param detailsKind Resource that the refusal is about, e.g. `namespaces`.
     * @param message Its message.
     */
    constructor(
        public readonly code: number,
        public readonly reason: string,
        public readonly detailsKind: string,
        message: string,
    ) {
        super(message);
    }
}

/** The API server has no such kind (yet). */
export class NoMatchError extends Error {}

/** Reads the Status object of a refusal; a proxy's answer may be no such object. */
export function apiErrorOf(code: number, body: string, what: string): ApiError {
    let parsed: unknown;
    try {
        parsed = JSON.parse(body);
    } catch {
        parsed = undefined;
    }
    if (!isMap(parsed) || text(parsed, "message") === "") {
        const excerpt = body === "" ? "" : `: ${body.slice(0, 300)}`;
        return new ApiError(code, "", "", `${what}: HTTP status ${code}${excerpt}`);
    }
    return new ApiError(code, text(parsed, "reason"), text(parsed, "details", "kind"), text(parsed, "message"));
}

/** Whether the API server answered that the object does not exist. */
export function isNotFound(error: unknown): boolean {
    return error instanceof ApiError && error.code === 404;
}

/** Does the object's namespace not exist (yet)? */
export function isNamespaceMissing(error: unknown): boolean {
    return isNotFound(error) && error instanceof ApiError && error.detailsKind === "namespaces";
}
