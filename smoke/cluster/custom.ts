import type { z } from "zod";
import type { Client } from "./client";
import { found, lookup, missing, type Lookup } from "./lookup";

/** A request for a resource that the typed API classes do not cover. */
interface Question<T extends z.ZodType> {
    /** Kind and name, e.g. `ServiceMonitor x/y`. */
    readonly what: string;
    /** Path on the server. */
    readonly path: string;
    /** Schema of the relevant part of the response. */
    readonly schema: T;
    /** Media type of the response. Default: the server's choice. */
    readonly accept?: string;
}

/** Reads an object, or a list, by its path. */
export async function readCustom<T extends z.ZodType>(
    client: Client,
    { what, path, schema, accept }: Question<T>,
): Promise<Lookup<z.output<T>>> {
    const answer = await lookup(what, client.get(path, accept));
    if (!answer.ok) {
        return answer;
    }
    const { status, body } = answer.value;
    if (status !== 200) {
        return missing(status === 404 ? `${what} not found` : `${what} cannot be read: HTTP ${status}`);
    }
    const parsed = schema.safeParse(JSON.parse(body));
    return parsed.success ? found(parsed.data) : missing(`${what} is not what its kind holds`);
}
