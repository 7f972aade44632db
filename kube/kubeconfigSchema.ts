import { dirname, isAbsolute, join, resolve, sep } from "node:path";
import { z } from "zod";

/** Schema of a text; empty or null means unset, as in Go. */
const text = z
    .string()
    .nullish()
    .transform((value) => (value === "" ? undefined : (value ?? undefined)));

/** Schema of a boolean. Default: false. */
const flag = z
    .boolean()
    .nullish()
    .transform((value) => value ?? false);

/** Schema of a list. Default: empty. */
function list<T extends z.ZodType>(item: T) {
    return z
        .array(item)
        .nullish()
        .transform((value) => value ?? []);
}

/** Schema of a name; empty if it is unset or null. */
const name = z
    .string()
    .nullish()
    .transform((value) => value ?? "");

const cluster = z
    .object({
        server: name,
        "tls-server-name": text,
        "insecure-skip-tls-verify": flag,
        "certificate-authority": text,
        "certificate-authority-data": text,
        "proxy-url": text,
        "disable-compression": flag,
        extensions: list(z.object({ name, extension: z.unknown() })),
    })
    .transform((value) => ({
        server: value.server,
        tlsServerName: value["tls-server-name"],
        insecure: value["insecure-skip-tls-verify"],
        caFile: value["certificate-authority"],
        caData: value["certificate-authority-data"],
        proxyUrl: value["proxy-url"],
        disableCompression: value["disable-compression"],
        extensions: value.extensions,
    }));

const exec = z
    .object({
        command: name,
        args: list(z.string()),
        env: list(z.object({ name, value: name })),
        apiVersion: name,
        installHint: text,
        provideClusterInfo: flag,
        interactiveMode: text,
    })
    .nullish()
    .transform((value) => value ?? undefined);

const user = z
    .object({
        "client-certificate": text,
        "client-certificate-data": text,
        "client-key": text,
        "client-key-data": text,
        token: text,
        tokenFile: text,
        username: text,
        password: text,
        as: text,
        "as-uid": text,
        "as-groups": list(z.string()),
        "as-user-extra": z
            .record(z.string(), list(z.string()))
            .nullish()
            .transform((value) => value ?? {}),
        "auth-provider": z
            .object({ name, config: z.record(z.string(), z.string()).nullish() })
            .nullish()
            .transform((value) => value ?? undefined),
        exec,
    })
    .transform((value) => ({
        certFile: value["client-certificate"],
        certData: value["client-certificate-data"],
        keyFile: value["client-key"],
        keyData: value["client-key-data"],
        token: value.token,
        tokenFile: value.tokenFile,
        username: value.username,
        password: value.password,
        impersonate: {
            user: value.as,
            uid: value["as-uid"],
            groups: value["as-groups"],
            extra: value["as-user-extra"],
        },
        authProvider: value["auth-provider"],
        exec: value.exec,
    }));

const context = z.object({ cluster: name, user: name });

/** The parts of a kubeconfig file that client-go uses to reach a cluster. Other keys are ignored, as in client-go. */
export const kubeconfigSchema = z.object({
    contexts: list(z.object({ name, context })),
    clusters: list(z.object({ name, cluster })),
    users: list(z.object({ name, user })),
});

/** A context of a kubeconfig. */
export type ContextEntry = z.output<typeof context>;

/** Keys whose path was relative to the kubeconfig's folder. */
interface Relative {
    readonly relativeFiles: readonly string[];
}

/** A cluster of a kubeconfig: how to connect to an API server; paths are absolute. */
export type ClusterEntry = z.output<typeof cluster> & Relative;

/** A user of a kubeconfig: how to authenticate; paths are absolute. */
export type UserEntry = z.output<typeof user> & Relative;

/** A user without credentials. */
export const ANONYMOUS: UserEntry = { ...user.parse({}), relativeFiles: [] };

/** A credential plugin: a program that prints credentials. */
export type ExecEntry = NonNullable<UserEntry["exec"]>;

/** The clusters and users of a file, with paths relative to the file's folder made absolute. */
export function withAbsolutePaths(file: string, { clusters, users }: z.output<typeof kubeconfigSchema>) {
    const folder = dirname(resolve(file));
    const absolute = (path: string | undefined) => (path === undefined ? undefined : resolve(folder, path));
    return {
        clusters: clusters.map(({ name, cluster }) => ({
            name,
            cluster: {
                ...cluster,
                caFile: absolute(cluster.caFile),
                relativeFiles: relative({ "certificate-authority": cluster.caFile }),
            },
        })),
        users: users.map(({ name, user }) => {
            const command = user.exec && commandPath(folder, user.exec.command);
            return {
                name,
                user: {
                    ...user,
                    certFile: absolute(user.certFile),
                    keyFile: absolute(user.keyFile),
                    tokenFile: absolute(user.tokenFile),
                    exec: user.exec && { ...user.exec, command: command ?? "" },
                    relativeFiles: relative({
                        "client-certificate": user.certFile,
                        "client-key": user.keyFile,
                        tokenFile: user.tokenFile,
                        "exec.command": user.exec?.command === command ? undefined : user.exec?.command,
                    }),
                },
            };
        }),
    };
}

/** The keys whose path is relative. */
function relative(paths: Readonly<Record<string, string | undefined>>): string[] {
    return Object.entries(paths).flatMap(([key, path]) => (path === undefined || isAbsolute(path) ? [] : [key]));
}

/** A command with a slash is a path relative to the file; another one is looked up on PATH. */
function commandPath(folder: string, command: string): string {
    return command.includes(sep) && !command.startsWith(sep) ? join(folder, command) : command;
}
