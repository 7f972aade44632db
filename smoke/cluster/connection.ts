import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { CannotRun } from "../../errors";

/** Which cluster to look at. */
export interface Target {
    /** Context in the kubeconfig; never the current one by default. */
    readonly context: string;
    /** Path of the kubeconfig; the files in KUBECONFIG or `~/.kube/config` when unset. */
    readonly kubeconfig?: string;
}

/**
 * The kubeconfig of a target with exactly the target's context chosen; of several files the first that has it.
 * Stops when a file is missing or malformed, or when none has such a context.
 */
export function kubeConfigOf(target: Target): KubeConfig {
    const files = target.kubeconfig === undefined ? userFiles() : [expand(target.kubeconfig)];
    const configs = files.map(load);
    const config = configs.find((candidate) => candidate.getContextObject(target.context) !== null);
    if (config === undefined) {
        const names = configs.flatMap((candidate) => candidate.getContexts().map((context) => context.name));
        throw new CannotRun(
            `no context "${target.context}" in ${files.join(", ")}; it has: ${names.join(", ") || "none"}`,
            "name an existing one: npm run smoke -- --kubeconfig FILE --context NAME",
        );
    }
    config.setCurrentContext(target.context);
    if (config.getCurrentCluster() === null) {
        throw new CannotRun(
            `context "${target.context}" in ${files.join(", ")} names a cluster that is not there`,
            "repair the kubeconfig, or give another one: npm run smoke -- --kubeconfig FILE --context NAME",
        );
    }
    return config;
}

/** URL of the API server of a loaded kubeconfig. */
export function serverOf(config: KubeConfig): string {
    return config.getCurrentCluster()?.server ?? "";
}

/** The kubectl command line up to its verb, for messages. */
export function kubectl(target: Target): string {
    const file = target.kubeconfig === undefined ? "" : ` --kubeconfig ${quote(target.kubeconfig)}`;
    return `kubectl${file} --context ${quote(target.context)}`;
}

/** The user's own kubeconfig files, as kubectl finds them. */
function userFiles(): string[] {
    const listed = (process.env.KUBECONFIG ?? "").split(delimiter).filter((file) => file !== "" && existsSync(file));
    return listed.length > 0 ? listed : [join(homedir(), ".kube", "config")];
}

/** Reads one kubeconfig file. */
function load(file: string): KubeConfig {
    if (!existsSync(file)) {
        throw new CannotRun(
            `no kubeconfig at ${file}`,
            "start the embedded cluster with `npm run local`, or give the file: npm run smoke -- --kubeconfig FILE",
        );
    }
    const config = new KubeConfig();
    try {
        config.loadFromFile(file);
    } catch {
        // Without the parser's own message: its excerpt could show a credential.
        throw new CannotRun(
            `${file} is not a readable kubeconfig`,
            "repair it, or give another one: npm run smoke -- --kubeconfig FILE",
        );
    }
    return config;
}

/** An absolute path; a leading `~/` is the home directory. */
function expand(file: string): string {
    return file.startsWith("~/") ? join(homedir(), file.slice(2)) : resolve(file);
}

/** A word for a POSIX shell, in quotes only where it needs them. */
function quote(word: string): string {
    return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
