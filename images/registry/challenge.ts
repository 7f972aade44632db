/** How a registry wants to be authenticated to, from its header `WWW-Authenticate`. */
export type Challenge =
    | { readonly type: "basic" }
    | { readonly type: "bearer"; readonly realm: URL; readonly service?: string; readonly scope?: string };

/** A parameter of a challenge: `name="value"` or `name=value` (RFC 9110, 11.2). */
const PARAMETER = /([a-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi;

/** Reads a challenge; `undefined` where it has none that a registry may use. */
export function parseChallenge(header: string | undefined): Challenge | undefined {
    const [, scheme = "", rest = ""] = /^\s*([a-z]+)\b(.*)$/is.exec(header ?? "") ?? [];
    const parameters = new Map(
        [...rest.matchAll(PARAMETER)].map(([, name = "", quoted, plain = ""]) => [
            name.toLowerCase(),
            quoted?.replaceAll(/\\(.)/g, "$1") ?? plain,
        ]),
    );
    const realm = parameters.get("realm") ?? "";
    switch (scheme.toLowerCase()) {
        case "basic":
            return { type: "basic" };
        case "bearer":
            return URL.canParse(realm)
                ? {
                      type: "bearer",
                      realm: new URL(realm),
                      service: parameters.get("service"),
                      scope: parameters.get("scope"),
                  }
                : undefined;
        default:
            return undefined;
    }
}
