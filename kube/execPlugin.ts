import { basename } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { parse } from "yaml";
import { z } from "zod";
import { CommandError, run, type RunResult } from "../process/run";
import { printable } from "../shell";
import { visibleLines } from "../terminal/foreign";
import type { ExecEntry } from "./kubeconfigSchema";

/** Environment variable that contains the request to a plugin. */
const EXEC_INFO = "KUBERNETES_EXEC_INFO";

/** Versions of the plugin API that client-go accepts. */
const API_VERSIONS = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

/** The cluster, as passed to a plugin; keys as in the API `client.authentication.k8s.io`. */
export type ExecCluster = Readonly<Record<string, unknown>>;

const text = z
    .string()
    .nullish()
    .transform((value) => (value === "" ? undefined : (value ?? undefined)));

const credentialSchema = z.object({
    kind: z.literal("ExecCredential"),
    apiVersion: z.string(),
    status: z.object({
        token: text,
        clientCertificateData: text,
        clientKeyData: text,
        expirationTimestamp: text,
    }),
});

/** Credentials from a plugin. */
export interface ExecCredential {
    /** Bearer token. */
    readonly token?: string;
    /** Client certificate (PEM). */
    readonly cert?: string;
    /** Key of the certificate (PEM). */
    readonly key?: string;
    /** Expiry; unset: never. */
    readonly expires?: Date;
}

/** Input of a plugin. */
export interface ExecRequest {
    /** The plugin, from the kubeconfig. */
    readonly exec: ExecEntry;
    /** The cluster, passed if the plugin requests it. */
    readonly cluster: ExecCluster;
    /** Timeout of the plugin (ms). */
    readonly timeoutMs: number;
    /** Environment of the plugin, extended by the kubeconfig. */
    readonly env: NodeJS.ProcessEnv;
}

/**
 * Runs a credential plugin by the contract of client-go, without a standard input: the plugins of Pulumi have none
 * either.
 * @throws Error with the name of the plugin, its exit code and the last line of its standard error, within the time
 * limit. @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 */
export async function execCredential(request: ExecRequest): Promise<ExecCredential> {
    const { exec } = request;
    const plugin = printable(basename(exec.command)) || "(no command)";
    const fault = (problem: string) => new Error(`the credential plugin ${plugin} of the kubeconfig ${problem}`);
    if (exec.command === "") {
        throw fault("has no command");
    }
    if (!API_VERSIONS.includes(exec.apiVersion)) {
        throw fault(`must have the apiVersion ${API_VERSIONS.join(" or ")}`);
    }
    if (exec.interactiveMode === "Always") {
        throw fault("needs a terminal (interactiveMode: Always), which an update does not have");
    }
    const { code, stdout, stderr } = await output(request, fault);
    if (code !== 0) {
        const line = lastLine(stderr, secretsOf(exec, stdout));
        throw fault(`ended with exit code ${code}${line === "" ? "" : `: ${line}`}`);
    }
    return read(stdout, exec.apiVersion, fault);
}

async function output(
    { exec, cluster, timeoutMs, env }: ExecRequest,
    fault: (problem: string) => Error,
): Promise<RunResult> {
    const info = {
        apiVersion: exec.apiVersion,
        kind: "ExecCredential",
        spec: { interactive: false, ...(exec.provideClusterInfo ? { cluster } : {}) },
    };
    const added = Object.fromEntries(exec.env.map(({ name, value }) => [name, value]));
    try {
        return await run(exec.command, exec.args, {
            env: { ...env, ...added, [EXEC_INFO]: JSON.stringify(info) },
            allowExit: true,
            timeoutMs,
        });
    } catch (error) {
        if (!(error instanceof CommandError)) {
            throw error;
        }
        if (error.systemCode === undefined) {
            throw fault(`did not end within ${timeoutMs / 1000} s`);
        }
        const hint = exec.installHint === undefined ? "" : `\n${visibleLines(exec.installHint).join("\n").trim()}`;
        throw fault(`cannot be started (${error.systemCode === "ENOENT" ? "not found" : error.systemCode})${hint}`);
    }
}

function read(stdout: string, apiVersion: string, fault: (problem: string) => Error): ExecCredential {
    const credential = credentialSchema.safeParse(parsed(stdout)).data;
    if (credential === undefined) {
        throw fault("printed no ExecCredential with a status");
    }
    if (credential.apiVersion !== apiVersion) {
        throw fault(`printed another apiVersion than ${apiVersion}`);
    }
    const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = credential.status;
    if ((cert === undefined) !== (key === undefined)) {
        throw fault("printed a certificate or a key, not both");
    }
    if (token === undefined && cert === undefined) {
        throw fault("printed neither a token nor a certificate");
    }
    return { token, cert, key, expires: expirationTimestamp === undefined ? undefined : new Date(expirationTimestamp) };
}

function parsed(stdout: string): unknown {
    try {
        return parse(stdout);
    } catch {
        return undefined;
    }
}

/** Values that must not be shown: what the kubeconfig passes to the plugin, and the credentials that it printed. */
function secretsOf(exec: ExecEntry, stdout: string): string[] {
    const { status } = credentialSchema.partial().safeParse(parsed(stdout)).data ?? {};
    return [...exec.env.map(({ value }) => value), status?.token ?? "", stdout.trim()].filter(
        (value) => value.length > 3,
    );
}

/** Patterns of credentials: a JSON Web Token, a bearer token, a value after a telltale key, and a long random word. */
const CREDENTIAL_FORMS = [
    /eyJ[\w-]+\.[\w-]*\.?[\w-]*/g,
    /(?<=bearer\s+)\S+/gi,
    /(?<=(?:token|password|passwd|secret|key|code)["']?\s*[:=]\s*["']?)[^\s"',]{4,}/gi,
    /\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{32,}\b/g,
];

/** The last line of a text that is not blank, without control characters and credentials. */
function lastLine(text: string, secrets: readonly string[]): string {
    const line =
        visibleLines(stripVTControlCharacters(text))
            .map((each) => each.trim())
            .filter((each) => each !== "")
            .at(-1) ?? "";
    const known = secrets.reduce((shown, secret) => shown.replaceAll(secret, "***"), line);
    return CREDENTIAL_FORMS.reduce((shown, form) => shown.replaceAll(form, "***"), known);
}
