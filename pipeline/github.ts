import { readFileSync } from "node:fs";
import { z } from "zod";
import { schemaFaults, visible } from "../terminal/foreign";

/** Milliseconds that one request may take. */
const TIMEOUT_MS = 30_000;

/** Maximum length of an error's text (characters). */
const MAX_REASON = 500;

/** Maximum pages of a list: 2,000 entries. */
const MAX_PAGES = 20;

/** The REST API of the repository that a job belongs to. */
export interface GitHub {
    /** Sends a request; the path is below `/repos/OWNER/NAME`. @throws Error with GitHub's status. */
    send<T>(method: "GET" | "POST" | "PATCH", path: string, schema: z.ZodType<T>, body?: object): Promise<T>;
    /** Reads all pages of a list. */
    list<T>(path: string, schema: z.ZodType<T>): Promise<T[]>;
}

/** A variable that every job has. @throws Error when it is not set. */
export function required(env: NodeJS.ProcessEnv, name: string): string {
    const value = env[name];
    if (value === undefined || value === "") {
        throw new Error(`${name} is not set: this command runs in a GitHub job. To see what it would write: --dry-run`);
    }
    return value;
}

/** The API as a job reaches it: GITHUB_API_URL, GITHUB_REPOSITORY and the token in GITHUB_TOKEN. */
export function gitHub(env: NodeJS.ProcessEnv): GitHub {
    const base = `${required(env, "GITHUB_API_URL")}/repos/${required(env, "GITHUB_REPOSITORY")}`;
    const token = required(env, "GITHUB_TOKEN");
    const send: GitHub["send"] = async (method, path, schema, body) => {
        const response = await fetch(base + path, {
            method,
            headers: {
                accept: "application/vnd.github+json",
                authorization: `Bearer ${token}`,
                "x-github-api-version": "2022-11-28",
            },
            body: body === undefined ? undefined : JSON.stringify(body),
            signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        if (!response.ok) {
            const reason = visible(await response.text()).slice(0, MAX_REASON);
            throw new Error(`GitHub answers ${response.status} to ${method} ${path}: ${reason}`);
        }
        return checked(schema, await response.json(), `answer to ${method} ${path}`);
    };
    const list: GitHub["list"] = async (path, schema) => {
        const found = [];
        const sign = path.includes("?") ? "&" : "?";
        for (let page = 1; page <= MAX_PAGES; page += 1) {
            const some = await send("GET", `${path}${sign}per_page=100&page=${page}`, z.array(schema));
            found.push(...some);
            if (some.length < 100) {
                break;
            }
        }
        return found;
    };
    return { send, list };
}

/** The event that started the job, from the file in GITHUB_EVENT_PATH. */
export function readEvent<T>(env: NodeJS.ProcessEnv, schema: z.ZodType<T>): T {
    const event: unknown = JSON.parse(readFileSync(required(env, "GITHUB_EVENT_PATH"), "utf8"));
    return checked(schema, event, "event");
}

/** Data of GitHub. @throws Error of a few lines when it has another shape. */
function checked<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
    const { success, data, error } = schema.safeParse(value);
    if (!success) {
        throw new Error(`GitHub's ${what} has another shape: ${schemaFaults(error)}`);
    }
    return data;
}
