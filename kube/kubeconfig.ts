import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { ClusterSettings } from "../settings/schema";
import { printable, shellWord } from "../shell";
import {
    ANONYMOUS,
    type ClusterEntry,
    type ContextEntry,
    kubeconfigSchema,
    type UserEntry,
    withAbsolutePaths,
} from "./kubeconfigSchema";

/** A context of kubeconfig files, as referenced by the settings of a stack. */
export type ContextName = Pick<ClusterSettings, "context" | "kubeconfig">;

/** A context with its cluster and user, from kubeconfig files merged by the rules of client-go. */
export interface ClusterContext {
    /** Name of the context. */
    readonly name: string;
    /** URL of the API server from the kubeconfig; contains no credentials. */
    readonly server: string;
    /** Cluster of the context; its file paths are absolute. */
    readonly cluster: ClusterEntry;
    /** User of the context, or an anonymous one; its file paths are absolute. */
    readonly user: UserEntry;
}

/** Merged kubeconfig files: for each name, the complete first definition wins. */
interface Merged {
    readonly files: readonly string[];
    readonly contexts: ReadonlyMap<string, ContextEntry>;
    readonly clusters: ReadonlyMap<string, ClusterEntry>;
    readonly users: ReadonlyMap<string, UserEntry>;
}

/**
 * Whether a text is the content of a kubeconfig rather than a path. It is never shown: it contains credentials. A path
 * with a line break or with one of these keys is possible in theory only.
 */
export function isKubeconfigText(text: string): boolean {
    return /[\n\r]|[{"\s](apiVersion|clusters|contexts|users)"?\s*:|^(apiVersion|clusters|contexts|users):/.test(text);
}

/**
 * Files that kubectl would read: the given one, or `$KUBECONFIG`, or `~/.kube/config`. Empty entries of `$KUBECONFIG`
 * are ignored, and each file is read once.
 * @throws Error when the setting holds the content of a kubeconfig; the content is not shown.
 */
export function kubeconfigFiles(kubeconfig: string | undefined, env: NodeJS.ProcessEnv = process.env): string[] {
    if (kubeconfig !== undefined) {
        if (isKubeconfigText(kubeconfig)) {
            throw new Error(
                "cluster.kubeconfig contains the content of a kubeconfig; it must be the path of a file.\n" +
                    "  Save the content to a file, then:  pulumi config set --path cluster.kubeconfig <file>\n" +
                    "  If it was committed, its credentials are exposed: revoke them.",
            );
        }
        return [kubeconfig.replace(/^~(?=\/|$)/, homedir())];
    }
    return env.KUBECONFIG
        ? [...new Set(env.KUBECONFIG.split(delimiter).filter((file) => file !== ""))]
        : [join(homedir(), ".kube", "config")];
}

/**
 * Loads a context from the files that kubectl would read, by the rules of client-go; `current-context` is never used.
 * The rules are in docs/clusters.md.
 * @throws Error that names the file, the context or the entry, and what to do; never a value that can be a credential.
 */
export function loadContext(
    { context, kubeconfig }: ContextName,
    env: NodeJS.ProcessEnv = process.env,
): ClusterContext {
    const { files, contexts, clusters, users } = merged(kubeconfigFiles(kubeconfig, env), kubeconfig !== undefined);
    const entry = contexts.get(context);
    const [name, where] = [printable(context), printable(files.join(", "))];
    if (entry === undefined) {
        const known = [...contexts.keys()].map(printable).join(", ") || "none";
        throw new Error(
            `context ${name} is in none of ${where} (contexts there: ${known}).\n` +
                "  Set another:   pulumi config set --path cluster.context <name>",
        );
    }
    const cluster = clusters.get(entry.cluster);
    if (cluster === undefined) {
        throw new Error(
            `context ${name} names the cluster ${printable(entry.cluster)}, which ${where} does not have.\n` +
                `  Fix it:        kubectl config set-cluster ${shellWord(entry.cluster)} --server <url>`,
        );
    }
    checkServer(entry.cluster, cluster.server);
    // A user that no file defines is anonymous, as for client-go.
    const user = users.get(entry.user) ?? ANONYMOUS;
    return { name: context, server: cluster.server, cluster, user };
}

/** @throws Error when the address of a cluster's API server cannot be used. */
function checkServer(cluster: string, server: string): void {
    const fix = `\n  Fix it:        kubectl config set-cluster ${shellWord(cluster)} --server <url>`;
    const name = printable(cluster);
    if (server === "") {
        throw new Error(`cluster ${name} of the kubeconfig has no server.${fix}`);
    }
    if (!URL.canParse(withScheme(server))) {
        throw new Error(`server of cluster ${name} in the kubeconfig is not a URL.${fix}`);
    }
    const { username, password } = new URL(withScheme(server));
    if (username !== "" || password !== "") {
        throw new Error(
            `server of cluster ${name} in the kubeconfig contains a user name or password, which belong in a user entry.${fix}`,
        );
    }
}

/** An address as parsed by client-go: without a scheme, it is plain HTTP. */
export function withScheme(server: string): string {
    return /^[a-z][a-z\d+.-]*:\/\//i.test(server) ? server : `http://${server}`;
}

function merged(files: readonly string[], explicit: boolean): Merged {
    const contexts = new Map<string, ContextEntry>();
    const clusters = new Map<string, ClusterEntry>();
    const users = new Map<string, UserEntry>();
    const found: string[] = [];
    for (const file of files) {
        const config = read(file);
        if (config === undefined) {
            continue;
        }
        found.push(file);
        const { clusters: ownClusters, users: ownUsers } = withAbsolutePaths(file, config);
        addMissing(
            contexts,
            named(
                file,
                "context",
                config.contexts.map(({ name, context }) => [name, context]),
            ),
        );
        addMissing(
            clusters,
            named(
                file,
                "cluster",
                ownClusters.map(({ name, cluster }) => [name, cluster]),
            ),
        );
        addMissing(
            users,
            named(
                file,
                "user",
                ownUsers.map(({ name, user }) => [name, user]),
            ),
        );
    }
    if (found.length === 0) {
        throw new Error(
            `no kubeconfig at ${printable(files.join(", ")) || "any path of $KUBECONFIG"}.\n` +
                `  Set the file:  pulumi config set --path cluster.kubeconfig <file>${explicit ? "" : ", or: export KUBECONFIG=<file>"}`,
        );
    }
    return { files: found, contexts, clusters, users };
}

/** Adds entries that no earlier file defines. */
function addMissing<T>(to: Map<string, T>, from: ReadonlyMap<string, T>): void {
    for (const [name, value] of from) {
        if (!to.has(name)) {
            to.set(name, value);
        }
    }
}

/** The entries of one file by name. @throws Error for a name that it defines twice, as client-go does. */
function named<T>(file: string, what: string, entries: readonly (readonly [string, T])[]): ReadonlyMap<string, T> {
    const result = new Map<string, T>();
    for (const [name, value] of entries) {
        if (result.has(name)) {
            throw faultOf(file, `defines the ${what} ${printable(name)} twice`);
        }
        result.set(name, value);
    }
    return result;
}

function faultOf(file: string, problem: string, cause?: unknown): Error {
    const command = `kubectl --kubeconfig ${shellWord(file)} config view`;
    return new Error(`${printable(file)} ${problem}.\n  Inspect it:    ${command}`, { cause });
}

/** The content of a file; `undefined` when there is none. */
function read(file: string): z.output<typeof kubeconfigSchema> | undefined {
    let text: string;
    try {
        text = readFileSync(file, "utf8");
    } catch (error) {
        const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
        if (code === "ENOENT") {
            return undefined;
        }
        throw faultOf(file, `cannot be read (${code})`, error);
    }
    try {
        return kubeconfigSchema.parse(parse(text, { merge: true }) ?? {});
    } catch (error) {
        // The parser's message is omitted: its excerpt could show a credential.
        throw faultOf(file, error instanceof z.ZodError ? "is not a kubeconfig" : "cannot be read as YAML");
    }
}
