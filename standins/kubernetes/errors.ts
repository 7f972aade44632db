import { isMap, text } from "../protocol/values";

/** An error response of the API server, with its message unchanged. */
export class ApiError extends Error {
    /**
     * @param code HTTP status code.
     * @param reason Kubernetes' machine-readable reason, e.g. `AlreadyExists`.
     * @param detailsKind Resource that the error is about, e.g. `namespaces`.
     * @param message Message of the API server.
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

/** The API server does not serve the kind (yet). */
export class NoMatchError extends Error {}

/** Parses the Status object of an error response; the response of a proxy may contain none. */
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

/** Whether the API server reported that the object does not exist. */
export function isNotFound(error: unknown): boolean {
    return error instanceof ApiError && error.code === 404;
}

/** Whether the object's namespace does not exist (yet). */
export function isNamespaceMissing(error: unknown): boolean {
    return isNotFound(error) && error instanceof ApiError && error.detailsKind === "namespaces";
}
