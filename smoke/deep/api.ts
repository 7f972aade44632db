import type { Transport } from "../../kube/transport";
import { bodyMessage } from "../cluster/client";

/** Maximum length of a message (characters): an intermediate proxy may respond with an HTML page. */
const MESSAGE_LENGTH = 400;

/** An object as JSON. */
export type ApiObject = Readonly<Record<string, unknown>>;

/** An error response of the API server. */
export class ApiRefusal extends Error {
    constructor(
        /** HTTP status. */
        public readonly status: number,
        message: string,
    ) {
        super(`HTTP ${status}: ${message}`);
    }
}

/** Client that reads and writes objects of an API server by path. */
export class DeepApi {
    constructor(private readonly transport: Pick<Transport, "send">) {}

    /**
     * Creates an object.
     * @param path of its collection; with a query, e.g. `?dryRun=All`.
     * @throws {@link ApiRefusal}
     */
    public create(path: string, manifest: ApiObject): Promise<unknown> {
        return this.json("POST", path, JSON.stringify(manifest), "application/json");
    }

    /** Changes parts of an object (RFC 7386). @throws {@link ApiRefusal} */
    public patch(path: string, change: ApiObject): Promise<unknown> {
        return this.json("PATCH", path, JSON.stringify(change), "application/merge-patch+json");
    }

    /** Reads an object or a list. @throws {@link ApiRefusal} */
    public get(path: string): Promise<unknown> {
        return this.json("GET", path);
    }

    /** Reads text, e.g. a log. @throws {@link ApiRefusal} */
    public text(path: string): Promise<string> {
        return this.send("GET", path);
    }

    /** Deletes an object, which may no longer exist. @throws {@link ApiRefusal} */
    public async remove(path: string, options: ApiObject = {}): Promise<void> {
        try {
            await this.json("DELETE", path, JSON.stringify(options), "application/json");
        } catch (error) {
            if (!(error instanceof ApiRefusal && error.status === 404)) {
                throw error;
            }
        }
    }

    private async json(method: string, path: string, body?: string, type?: string): Promise<unknown> {
        const text = await this.send(method, path, body, type);
        return text === "" ? undefined : JSON.parse(text);
    }

    /** Sends a request. @returns the text of the answer. @throws {@link ApiRefusal} */
    public async send(method: string, path: string, body?: string, type?: string): Promise<string> {
        const headers = type === undefined ? {} : { "content-type": type };
        const { status, text } = await this.transport.send({ path, method, headers, body });
        if (status >= 300) {
            throw new ApiRefusal(status, bodyMessage(text).slice(0, MESSAGE_LENGTH));
        }
        return text;
    }
}
