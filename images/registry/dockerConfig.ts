import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { messageOf } from "../../errors";
import { CommandError, run } from "../../process/run";
import { credentialKey } from "./address";

/** Time in which a credential helper must answer (ms); some ask a keychain. */
const HELPER_TIMEOUT_MS = 20_000;

/** User name by which a credential helper says that the secret is an identity token. */
const TOKEN_USER = "<token>";

/** Credentials for a registry. */
export type RegistryCredentials =
    | { readonly type: "password"; readonly username: string; readonly password: string }
    | { readonly type: "identityToken"; readonly token: string };

const entrySchema = z.object({
    auth: z.string().optional(),
    username: z.string().optional(),
    password: z.string().optional(),
    identitytoken: z.string().optional(),
});

const configSchema = z.object({
    auths: z.record(z.string(), entrySchema).optional(),
    credHelpers: z.record(z.string(), z.string()).optional(),
    credsStore: z.string().optional(),
});

const helperSchema = z.object({ Username: z.string(), Secret: z.string() });

/** Docker's configuration, as `docker login` and `podman login` write it. */
export interface DockerConfig {
    /**
     * Credentials for a repository; `undefined` where there are none.
     * @throws Error that names the file or the helper, never a credential.
     */
    credentialsFor(registry: string, repository: string): Promise<RegistryCredentials | undefined>;
}

/** Files that may hold the configuration, the first that exists counts: of Docker, then of podman. */
function configFiles({
    DOCKER_CONFIG,
    REGISTRY_AUTH_FILE,
    XDG_RUNTIME_DIR,
    HOME = homedir(),
}: NodeJS.ProcessEnv): string[] {
    return [
        ...(DOCKER_CONFIG === undefined ? [] : [join(DOCKER_CONFIG, "config.json")]),
        ...(REGISTRY_AUTH_FILE === undefined ? [] : [REGISTRY_AUTH_FILE]),
        join(HOME, ".docker", "config.json"),
        ...(XDG_RUNTIME_DIR === undefined ? [] : [join(XDG_RUNTIME_DIR, "containers", "auth.json")]),
    ];
}

/** Reads the configuration of the user. @throws Error that names a file that is not one. */
export function dockerConfig(env: NodeJS.ProcessEnv): DockerConfig {
    const found = configFiles(env).flatMap((file) => {
        const text = textOf(file);
        return text === undefined ? [] : [{ file, text }];
    })[0];
    if (found === undefined) {
        return { credentialsFor: () => Promise.resolve(undefined) };
    }
    const { file, text } = found;
    const { success, data: config } = configSchema.safeParse(parseJson(text));
    if (!success) {
        throw new Error(`${file} is not a configuration of Docker`);
    }
    return {
        credentialsFor: async (registry, repository) => {
            const key = credentialKey(registry);
            const helper = config.credHelpers?.[key] ?? config.credHelpers?.[registry] ?? config.credsStore;
            return helper === undefined || helper === ""
                ? inFile(config.auths ?? {}, registry, repository)
                : askHelper(helper, key, file, env);
        },
    };
}

function textOf(file: string): string | undefined {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) {
            return undefined;
        }
        throw new Error(`${file} cannot be read: ${messageOf(error)}`, { cause: error });
    }
}

/** Names of Docker Hub in such a file. */
const HUB_NAMES: readonly string[] = ["docker.io", "index.docker.io", "registry-1.docker.io"];

/** The entry for the longest path that the repository is in; podman writes entries for a part of a registry. */
function inFile(
    auths: NonNullable<z.output<typeof configSchema>["auths"]>,
    registry: string,
    repository: string,
): RegistryCredentials | undefined {
    const names = registry === "docker.io" ? HUB_NAMES : [registry];
    const [best] = Object.entries(auths)
        .map(([key, entry]) => ({ path: key.replace(/^https?:\/\//, "").replace(/\/(v\d\/?)?$/, ""), entry }))
        .filter(({ path }) =>
            names.some((name) => path === name || `${name}/${repository}/`.startsWith(`${path.replace(/\/$/, "")}/`)),
        )
        .sort((a, b) => b.path.length - a.path.length);
    return best === undefined ? undefined : credentialsOf(best.entry);
}

function credentialsOf(entry: z.output<typeof entrySchema>): RegistryCredentials | undefined {
    const { auth = "", identitytoken = "" } = entry;
    if (identitytoken !== "") {
        return { type: "identityToken", token: identitytoken };
    }
    const [user = "", ...rest] = Buffer.from(auth, "base64").toString("utf8").split(":");
    const [username, password] = auth === "" ? [entry.username, entry.password] : [user, rest.join(":")];
    return username === undefined || username === "" || password === undefined
        ? undefined
        : { type: "password", username, password };
}

/** Asks a credential helper, by the protocol of docker-credential-helpers. */
async function askHelper(
    helper: string,
    key: string,
    file: string,
    env: NodeJS.ProcessEnv,
): Promise<RegistryCredentials | undefined> {
    const program = `docker-credential-${helper}`;
    if (!/^[\w.-]+$/.test(helper)) {
        throw new Error(`the credential helper in ${file} is not the name of a program`);
    }
    try {
        const { code, stdout } = await run(program, ["get"], {
            ...{ env, input: key, timeoutMs: HELPER_TIMEOUT_MS, allowExit: true },
        });
        if (code !== 0) {
            // It says so on standard output, in words that docker-credential-helpers fixes.
            if (/credentials not found/i.test(stdout)) {
                return undefined;
            }
            throw new Error(`exit code ${code}`);
        }
        const { Username: username, Secret: secret } = helperSchema.parse(parseJson(stdout));
        return username === TOKEN_USER
            ? { type: "identityToken", token: secret }
            : { type: "password", username, password: secret };
    } catch (error) {
        // Its output may hold a secret.
        const reason =
            error instanceof CommandError
                ? error.reason
                : error instanceof z.ZodError
                  ? "no answer in its protocol"
                  : messageOf(error);
        throw new Error(`${program}, which ${file} names: ${reason}`, { cause: error });
    }
}

function parseJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}
