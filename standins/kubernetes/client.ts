import { isMap, items, text } from "../protocol/values";
import type { PropertyMap } from "../protocol/values";
import { NoMatchError, isNotFound } from "./errors";
import { apiVersionOf, gvkOf, nameOf, namespaceOf } from "./object";
import type { Gvk } from "../../kube/kinds";
import type { ApiRequest, Transport } from "./transport";

/** What discovery says of a kind. */
interface Served {
    /** Plural name in paths, e.g. `deployments`. */
    resource: string;
    /** Does it live in a namespace? */
    namespaced: boolean;
}

/** An object as the API server gave it back, and what it warned of. */
export interface Result {
    /** The object. */
    object: PropertyMap;
    /** The server's warnings. */
    warnings: string[];
}

/** How to write. */
export interface WriteOptions {
    /** Name that the fields are booked under. */
    fieldManager: string;
    /** Let the server check and default the object without keeping it. */
    dryRun: boolean;
    /** Take over fields of other managers; apply only. */
    force?: boolean;
}

/** The API server, object by object; kinds are found by discovery, which is remembered. */
export class Client {
    private readonly groups = new Map<string, Promise<Map<string, Served>>>();

    /** @param transport Connection to the server. */
    constructor(public readonly transport: Transport) {}

    /** Forgets what discovery said, for kinds that a new CRD has brought. */
    public forget(): void {
        this.groups.clear();
    }

    /** Is the kind namespaced? @throws NoMatchError when the server does not serve it. */
    public async isNamespaced(gvk: Gvk): Promise<boolean> {
        return (await this.served(gvk)).namespaced;
    }

    /** Does the server serve the kind? */
    public async serves(gvk: Gvk): Promise<boolean> {
        try {
            await this.served(gvk);
            return true;
        } catch (error) {
            if (error instanceof NoMatchError) {
                return false;
            }
            throw error;
        }
    }

    /** Reads an object; `undefined` when it is not there. */
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

    /** Makes an object. @throws ApiError `AlreadyExists` when it is there. */
    public async create(object: PropertyMap, options: WriteOptions): Promise<Result> {
        return this.send("POST", (await this.path(object)) + query(options), object);
    }

    /** Server-side apply. */
    public async apply(object: PropertyMap, options: WriteOptions): Promise<Result> {
        const path = (await this.path(object, nameOf(object))) + query(options);
        return this.send("PATCH", path, object, "application/apply-patch+yaml");
    }

    /** Puts a whole object in the place of the present one. */
    public async replace(object: PropertyMap, options: WriteOptions): Promise<Result> {
        return this.send("PUT", (await this.path(object, nameOf(object))) + query(options), object);
    }

    /** Changes an object by a JSON patch. */
    public async patch(object: PropertyMap, operations: readonly PropertyMap[]): Promise<Result> {
        const path = await this.path(object, nameOf(object));
        return this.send("PATCH", path, operations, "application/json-patch+json");
    }

    /** Starts a deletion. @param propagation What happens to the objects that it owns. */
    public async delete(object: PropertyMap, propagation: string): Promise<void> {
        const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: propagation };
        await this.send("DELETE", await this.path(object, nameOf(object)), body);
    }

    /** Lists the objects of a kind in a namespace ("" for all), as selectors say, e.g. `labelSelector`. */
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
        // A CRD may bring the kind in a moment: ask the server again next time.
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

    private async send(
        method: ApiRequest["method"],
        path: string,
        body?: unknown,
        contentType?: string,
    ): Promise<Result> {
        const answer = await this.transport.send({ method, path, body, contentType });
        return { object: isMap(answer.body) ? answer.body : {}, warnings: answer.warnings };
    }
}

/** Root path of a group and version. */
function root(gvk: Gvk): string {
    return gvk.group === "" ? `/api/${gvk.version}` : `/apis/${gvk.group}/${gvk.version}`;
}

/** The query of a write. Unknown fields are warned of rather than refused, as the official plugin has it. */
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
