import type { Gvk } from "../../kube/kinds";
import type { Exchange, Transport } from "../../kube/transport";
import { warningsIn } from "../../kube/warnings";
import { isMap, items, text } from "../protocol/values";
import type { PropertyMap } from "../protocol/values";
import { apiErrorOf, NoMatchError, isNotFound } from "./errors";
import { apiVersionOf, gvkOf, nameOf, namespaceOf } from "./object";

/** Timeout of a request (ms): above the API server's own 60 s, so that the server's timeout error is the one shown. */
export const ANSWER_TIMEOUT_MS = 70_000;

/** Discovery data of a kind. */
interface Served {
    /** Plural name in paths, e.g. `deployments`. */
    resource: string;
    /** Whether the kind is namespaced. */
    namespaced: boolean;
}

/** An object returned by the API server, with the server's warnings. */
export interface ClientResult {
    /** The object. */
    object: PropertyMap;
    /** Warnings of the server. */
    warnings: string[];
}

/** Options of a write. */
export interface WriteOptions {
    /** Field manager of the write. */
    fieldManager: string;
    /** Whether the server only validates and defaults the object, without persisting it. */
    dryRun: boolean;
    /** Whether to take ownership of fields of other managers; only for apply. */
    force?: boolean;
}

/** Client for single objects of the API server; resolves kinds by discovery, with a cache. */
export class KubernetesClient {
    private readonly groups = new Map<string, Promise<Map<string, Served>>>();

    /**
     * @param transport Connection to the server.
     * @param fault Error to throw if a request receives no response. Default: the transport's error.
     */
    constructor(
        private readonly transport: Transport,
        private readonly fault: (error: unknown) => unknown = (error) => error,
    ) {}

    /** Clears the discovery cache, e.g. after a CRD was created. */
    public forget(): void {
        this.groups.clear();
    }

    /** Whether the kind is namespaced. @throws NoMatchError if the server does not serve the kind. */
    public async isNamespaced(gvk: Gvk): Promise<boolean> {
        return (await this.served(gvk)).namespaced;
    }

    /** Reads an object; `undefined` if it does not exist. */
    public async find(object: PropertyMap): Promise<PropertyMap | undefined> {
        try {
            return (await this.send("GET", await this.path(object, nameOf(object)))).object;
        } catch (error) {
            if (isNotFound(error)) {
                return undefined;
            }
            throw error;
        }
    }

    /** Creates an object. @throws ApiError `AlreadyExists` if it exists. */
    public async create(object: PropertyMap, options: WriteOptions): Promise<ClientResult> {
        return this.send("POST", (await this.path(object)) + query(options), object);
    }

    /** Applies an object with server-side apply. */
    public async apply(object: PropertyMap, options: WriteOptions): Promise<ClientResult> {
        const path = (await this.path(object, nameOf(object))) + query(options);
        return this.send("PATCH", path, object, "application/apply-patch+yaml");
    }

    /** Replaces an object as a whole. */
    public async replace(object: PropertyMap, options: WriteOptions): Promise<ClientResult> {
        return this.send("PUT", (await this.path(object, nameOf(object))) + query(options), object);
    }

    /** Changes an object with a JSON patch. */
    public async patch(object: PropertyMap, operations: readonly PropertyMap[]): Promise<ClientResult> {
        const path = await this.path(object, nameOf(object));
        return this.send("PATCH", path, operations, "application/json-patch+json");
    }

    /** Starts a deletion in the foreground: it completes after all dependents are deleted. */
    public async delete(object: PropertyMap): Promise<void> {
        const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Foreground" };
        await this.send("DELETE", await this.path(object, nameOf(object)), body);
    }

    /** Lists the objects of a kind in a namespace ("" for all), filtered by selectors, e.g. `labelSelector`. */
    public async list(gvk: Gvk, namespace: string, selectors: Record<string, string> = {}): Promise<PropertyMap[]> {
        const object = { apiVersion: apiVersionOf(gvk), kind: gvk.kind, metadata: { namespace } };
        const path = `${await this.path(object)}?${new URLSearchParams(selectors).toString()}`;
        return items((await this.send("GET", path)).object, "items");
    }

    private async path(object: PropertyMap, name?: string): Promise<string> {
        const gvk = gvkOf(object);
        const { resource, namespaced } = await this.served(gvk);
        const namespace = namespaceOf(object);
        const scope = namespaced && namespace !== "" ? `/namespaces/${encodeURIComponent(namespace)}` : "";
        return `${root(gvk)}${scope}/${resource}${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
    }

    private async served(gvk: Gvk): Promise<Served> {
        const key = root(gvk);
        let group = this.groups.get(key);
        if (group === undefined) {
            group = this.discover(key);
            this.groups.set(key, group);
        }
        try {
            const served = (await group).get(gvk.kind);
            if (served !== undefined) {
                return served;
            }
        } catch (error) {
            this.groups.delete(key);
            throw error;
        }
        // A CRD can add the kind at any time: query the server again next time.
        this.groups.delete(key);
        throw new NoMatchError(`the API server serves no kind "${gvk.kind}" in version "${apiVersionOf(gvk)}"`);
    }

    private async discover(path: string): Promise<Map<string, Served>> {
        try {
            const { object } = await this.send("GET", path);
            const kinds = items(object, "resources").filter((resource) => !text(resource, "name").includes("/"));
            return new Map(
                kinds.map((kind) => [
                    text(kind, "kind"),
                    { resource: text(kind, "name"), namespaced: kind.namespaced === true },
                ]),
            );
        } catch (error) {
            if (isNotFound(error)) {
                return new Map();
            }
            throw error;
        }
    }

    /** @throws ApiError if the API server rejects the request. */
    private async send(method: string, path: string, body?: unknown, type = "application/json"): Promise<ClientResult> {
        const headers = { accept: "application/json", ...(body === undefined ? {} : { "content-type": type }) };
        const exchange = { method, path, headers, body: body === undefined ? undefined : JSON.stringify(body) };
        const first = await this.answer(exchange);
        // A credential plugin's token may have expired: the plugin runs again, once.
        const { status, text: answer, headers: told } = first.status === 401 ? await this.answer(exchange) : first;
        if (status >= 400) {
            throw apiErrorOf(status, answer, `${method} ${path}`);
        }
        const object: unknown = JSON.parse(answer);
        return { object: isMap(object) ? object : {}, warnings: warningsIn(told.warning) };
    }

    private async answer(exchange: Exchange) {
        try {
            return await this.transport.send(exchange);
        } catch (error) {
            throw this.fault(error);
        }
    }
}

/** Root path of a group and version. */
function root(gvk: Gvk): string {
    return gvk.group === "" ? `/api/${gvk.version}` : `/apis/${gvk.group}/${gvk.version}`;
}

/** Query parameters of a write. Unknown fields cause a warning, not an error, as in the official plugin. */
function query(options: WriteOptions): string {
    const parameters = new URLSearchParams({ fieldManager: options.fieldManager });
    if (options.dryRun) {
        parameters.set("dryRun", "All");
    }
    if (options.force !== undefined) {
        parameters.set("force", String(options.force));
    }
    return `?${parameters.toString()}`;
}
