import type { RequestListener } from "node:http";

/** The kinds of a fake API server by group and version, e.g. `{ "policy/v1": ["PodDisruptionBudget"] }`. */
export type Kinds = Readonly<Record<string, readonly string[]>>;

/**
 * Responds to discovery requests like an API server, without any objects.
 * @param gitVersion Version of Kubernetes, e.g. `v1.31.7`.
 * @param seen Receives each path, with the authorization of the request.
 */
export function discovery(
    gitVersion: string,
    kinds: Kinds,
    seen: (path: string, authorization: string) => void = () => undefined,
): RequestListener {
    const lists = new Map<string, object>([
        ["/version", { major: "1", minor: gitVersion.split(".")[1], gitVersion }],
        ["/api", { kind: "APIVersions", versions: ["v1"] }],
        ["/apis", { kind: "APIGroupList", apiVersion: "v1", groups: groups(Object.keys(kinds)) }],
        ...Object.entries({ v1: ["ConfigMap", "Pod"], ...kinds }).map(([groupVersion, names]): [string, object] => [
            groupVersion.includes("/") ? `/apis/${groupVersion}` : `/api/${groupVersion}`,
            { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources: names.map(resource) },
        ]),
    ]);
    return (request, response) => {
        const path = (request.url ?? "").split("?")[0] ?? "";
        seen(path, request.headers.authorization ?? "");
        const body = lists.get(path);
        response.writeHead(body === undefined ? 404 : 200, { "content-type": "application/json" });
        response.end(JSON.stringify(body ?? { kind: "Status", apiVersion: "v1", status: "Failure", code: 404 }));
    };
}

function groups(groupVersions: readonly string[]): object[] {
    return groupVersions.map((groupVersion) => {
        const [name, version] = groupVersion.split("/");
        const preferred = { groupVersion, version };
        return { name, versions: [preferred], preferredVersion: preferred };
    });
}

function resource(kind: string): object {
    const singularName = kind.toLowerCase();
    return { name: `${singularName}s`, singularName, namespaced: true, kind, verbs: ["get", "list", "create"] };
}
