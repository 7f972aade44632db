import { readFileSync } from "node:fs";
import type { OutgoingHttpHeaders } from "node:http";
import type { ClusterContext } from "./kubeconfig";
import type { UserEntry } from "./kubeconfigSchema";
import { execCredential, type ExecCluster, type ExecCredential } from "./execPlugin";

/** Credentials of a request. */
export interface Credentials {
    /** Headers of the request. */
    readonly headers: OutgoingHttpHeaders;
    /** Client certificate (PEM). */
    readonly cert?: string | Buffer;
    /** Key of the certificate (PEM). */
    readonly key?: string | Buffer;
}

/**
 * Returns the credentials of each request; plugins run when first needed, and again when their credentials have
 * expired.
 */
export interface CredentialSource {
    /** @throws Error that states why there are none, without any part of the credentials. */
    get(): Promise<Credentials>;
    /** Reports that the API server rejected the credentials: a plugin runs again for the next request. */
    refused(): void;
}

/** Name of the cluster extension that is passed to a plugin. */
const EXEC_EXTENSION = "client.authentication.k8s.io/exec";

/**
 * Content of a kubeconfig's file or base64 data; `undefined` if neither is set.
 * @throws Error if both are set, and for a file that cannot be read.
 */
export function pem(key: string, file: string | undefined, data: string | undefined): Buffer | undefined {
    if (file !== undefined && data !== undefined) {
        throw new Error(`${key} and ${key}-data of the kubeconfig are both set; keep one`);
    }
    if (file !== undefined) {
        return content(key, file);
    }
    return data === undefined ? undefined : Buffer.from(data, "base64");
}

function content(key: string, file: string): Buffer {
    try {
        return readFileSync(file);
    } catch (error) {
        const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
        throw new Error(`${key} of the kubeconfig: ${file} cannot be read (${code})`, { cause: error });
    }
}

/**
 * The credentials of a context, by the rules of client-go.
 * @param secure Whether the connection to the server uses TLS. Over plain HTTP, e.g. to kubectl proxy, an eavesdropper
 * could read a credential, so only the impersonation headers are sent.
 * @param timeoutMs Timeout of a plugin (ms).
 * @throws Error when the kubeconfig contradicts itself or names a file that cannot be read.
 */
export function credentialsOf(
    context: ClusterContext,
    secure: boolean,
    timeoutMs: number,
    env: NodeJS.ProcessEnv,
): CredentialSource {
    const { user } = context;
    const impersonation = impersonationHeaders(user.impersonate);
    const never = () => undefined;
    if (!secure) {
        return { get: () => Promise.resolve({ headers: impersonation }), refused: never };
    }
    const cert = pem("client-certificate", user.certFile, user.certData);
    const key = pem("client-key", user.keyFile, user.keyData);
    if (cert !== undefined && key === undefined) {
        throw new Error("client-certificate of the kubeconfig has no client-key");
    }
    const authorization = authorizationOf(user);
    const fixed = (header: string | undefined): Credentials => ({
        headers: { ...impersonation, ...(header === undefined ? {} : { authorization: header }) },
        ...(cert === undefined ? {} : { cert, key }),
    });
    if (user.exec !== undefined && user.authProvider !== undefined) {
        throw new Error("a user of the kubeconfig has both exec and auth-provider; keep one");
    }
    // Credentials in the kubeconfig itself take precedence over a plugin.
    if (authorization !== undefined || cert !== undefined) {
        return { get: () => Promise.resolve(fixed(authorization?.())), refused: never };
    }
    if (user.exec !== undefined) {
        return pluginCredentials(context, user.exec, impersonation, timeoutMs, env);
    }
    const { authProvider } = user;
    return {
        get: async () => fixed(authProvider && (await providerHeader(authProvider))),
        refused: never,
    };
}

/** The `Authorization` header of a user's own entries; `undefined` for none. */
function authorizationOf({ token, tokenFile, username, password }: UserEntry): (() => string) | undefined {
    const basic = username !== undefined || password !== undefined;
    const bearer = token !== undefined || tokenFile !== undefined;
    if (basic && bearer) {
        throw new Error("a user of the kubeconfig has both a token and a user name with a password; keep one");
    }
    if (basic) {
        const encoded = Buffer.from(`${username ?? ""}:${password ?? ""}`).toString("base64");
        return () => `Basic ${encoded}`;
    }
    return bearer ? () => `Bearer ${tokenOf(token, tokenFile)}` : undefined;
}

/**
 * A token file takes precedence over a token, if it can be read. It is read for each request, because tokens are
 * rotated.
 */
function tokenOf(token: string | undefined, file: string | undefined): string {
    if (file === undefined) {
        return token ?? "";
    }
    try {
        const read = content("tokenFile", file).toString("utf8").trim();
        if (read === "") {
            throw new Error(`tokenFile of the kubeconfig: ${file} is empty`);
        }
        return read;
    } catch (error) {
        if (token === undefined) {
            throw error;
        }
        return token;
    }
}

function impersonationHeaders({ user, uid, groups, extra }: UserEntry["impersonate"]): OutgoingHttpHeaders {
    if (user === undefined) {
        if (uid !== undefined || groups.length > 0 || Object.keys(extra).length > 0) {
            throw new Error("as-uid, as-groups and as-user-extra of the kubeconfig need as");
        }
        return {};
    }
    const extras = Object.entries(extra).map(([key, values]): [string, string[]] => [
        `impersonate-extra-${encodeURIComponent(key)}`,
        values,
    ]);
    return {
        "impersonate-user": user,
        ...(uid === undefined ? {} : { "impersonate-uid": uid }),
        ...(groups.length === 0 ? {} : { "impersonate-group": groups }),
        ...Object.fromEntries<string[]>(extras),
    };
}

function pluginCredentials(
    context: ClusterContext,
    exec: NonNullable<UserEntry["exec"]>,
    impersonation: OutgoingHttpHeaders,
    timeoutMs: number,
    env: NodeJS.ProcessEnv,
): CredentialSource {
    const ask = () => execCredential({ exec, cluster: execCluster(context), timeoutMs, env });
    // Concurrent requests share one run: a plugin may open a browser.
    let current: Promise<ExecCredential> | undefined;
    return {
        get: async () => {
            const seen = current;
            const known = await seen?.catch(() => undefined);
            const stale = known === undefined || (known.expires !== undefined && known.expires.getTime() < Date.now());
            if (stale && current === seen) {
                current = ask();
            }
            const { token, cert, key } = await (current ?? ask());
            const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
            return { headers: { ...impersonation, ...authorization }, cert, key };
        },
        refused: () => {
            current = undefined;
        },
    };
}

/** The cluster, in the format that is passed to a plugin. */
function execCluster({ cluster, server }: ClusterContext): ExecCluster {
    const ca = pem("certificate-authority", cluster.caFile, cluster.caData);
    return {
        server,
        "tls-server-name": cluster.tlsServerName,
        "insecure-skip-tls-verify": cluster.insecure || undefined,
        "certificate-authority-data": ca?.toString("base64"),
        "proxy-url": cluster.proxyUrl,
        "disable-compression": cluster.disableCompression || undefined,
        config: cluster.extensions.find(({ name }) => name === EXEC_EXTENSION)?.extension ?? null,
    };
}

/** The header of an auth provider that is built into client-go; only OpenID Connect is left. */
async function providerHeader({ name, config }: NonNullable<UserEntry["authProvider"]>): Promise<string | undefined> {
    if (name !== "oidc") {
        throw new Error(
            `auth-provider ${name} of the kubeconfig is not part of client-go; use a credential plugin (exec)`,
        );
    }
    // Imports only this file of the client, and only when needed: the whole client would slow down every preview.
    const { OpenIDConnectAuth } = await import("@kubernetes/client-node/dist/oidc_auth.js");
    const options: { headers: OutgoingHttpHeaders } = { headers: {} };
    await new OpenIDConnectAuth().applyAuthentication({ name: "user", authProvider: { name, config } }, options);
    const { authorization, Authorization = authorization } = options.headers;
    return typeof Authorization === "string" ? Authorization : undefined;
}
