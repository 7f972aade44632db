import { createHash } from "node:crypto";
import type { OutgoingHttpHeaders } from "node:http";
import { z } from "zod";
import { messageOf } from "../../errors";
import type { RawResponse } from "../../kube/transport";
import type { Image } from "../../policy/kubernetes/image";
import { visible } from "../../terminal/foreign";
import { isDockerHub, registryAddress } from "./address";
import { type Challenge, parseChallenge } from "./challenge";
import type { DockerConfig, RegistryCredentials } from "./dockerConfig";
import { type Exchanger, isSafe } from "./exchange";
import { RegistryFault } from "./fault";

/** Media types of an index: one digest for all platforms. */
const INDEXES: readonly string[] = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
];

/** Media types of the manifest of one platform. */
const MANIFESTS: readonly string[] = [
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
];

/** Digest of SHA-256, as the settings take it. */
const SHA256 = /^sha256:[0-9a-f]{64}$/;

/** Longest quotation of a registry's error (characters). */
const MAX_QUOTE = 200;

/** What a tag names. */
export interface TagDigest {
    /** Digest of the index, or of the manifest where there is no index. */
    readonly digest: string;
    /** Whether it stands for all platforms. Otherwise nodes of another platform cannot run it. */
    readonly isIndex: boolean;
}

/** Asks registries by the OCI distribution specification 1.1. */
export interface RegistryClient {
    /** The digest that a tag names now. @throws RegistryFault */
    digestOf(image: Pick<Image, "registry" | "repository">, tag: string): Promise<TagDigest>;
}

const tokenSchema = z.object({ token: z.string().optional(), access_token: z.string().optional() });

const errorsSchema = z.object({
    errors: z.array(z.object({ code: z.string(), message: z.string().optional() })).min(1),
});

/**
 * Creates a client.
 * @param note Receives why credentials of the user's configuration cannot be used, once for each registry.
 */
export function registryClient(
    exchange: Exchanger,
    config: DockerConfig,
    note: (line: string) => void,
): RegistryClient {
    /** Header `authorization` by server and repository, once it is known. */
    const proofs = new Map<string, string>();
    const noted = new Set<string>();
    const credentials = async (registry: string, repository: string) => {
        try {
            return await config.credentialsFor(registry, repository);
        } catch (error) {
            if (!noted.has(registry)) {
                noted.add(registry);
                note(`${registry} is asked without credentials: ${messageOf(error)}`);
            }
            return undefined;
        }
    };

    const ask = async (method: "GET" | "HEAD", image: Pick<Image, "registry" | "repository">, tag: string) => {
        const { registry, repository } = image;
        const start = new URL(`/v2/${repository}/manifests/${tag}`, registryAddress(registry));
        const accept = [...INDEXES, ...MANIFESTS].join(", ");
        const key = `${registry}/${repository}`;
        const proof = proofs.get(key);
        const send = (url: URL, authorization?: string) => {
            const headers: OutgoingHttpHeaders = authorization === undefined ? { accept } : { accept, authorization };
            return exchange.send(url, { method, headers });
        };
        const first = await send(start, proof);
        const challenge = first.status === 401 ? parseChallenge(first.headers["www-authenticate"]) : undefined;
        if (challenge === undefined) {
            return first;
        }
        // A redirection may lead to another server, which the user's credentials are not for.
        const own = first.url.origin === start.origin;
        const known = own ? await credentials(registry, repository) : undefined;
        const authorization = await prove(exchange, challenge, known, repository, registry);
        if (authorization === undefined) {
            return first;
        }
        if (own) {
            proofs.set(key, authorization);
        }
        return send(first.url, authorization);
    };

    return {
        digestOf: async (image, tag) => {
            const head = await ask("HEAD", image, tag);
            const stated = head.headers["docker-content-digest"];
            if (head.status === 429 || head.status >= 500) {
                throw faultOf(head, image, tag);
            }
            // HEAD has no body: some registries answer it with neither the digest nor a reason.
            if (head.status === 200 && typeof stated === "string" && SHA256.test(stated)) {
                return { digest: stated, isIndex: isIndex(head) };
            }
            const whole = await ask("GET", image, tag);
            if (whole.status !== 200) {
                throw faultOf(whole, image, tag);
            }
            const digest = `sha256:${createHash("sha256").update(whole.text).digest("hex")}`;
            const claimed = whole.headers["docker-content-digest"];
            if (claimed !== undefined && claimed !== digest) {
                throw new RegistryFault("broken", `${image.registry} states another digest than that of what it sends`);
            }
            return { digest, isIndex: isIndex(whole) };
        },
    };
}

function isIndex({ headers: { "content-type": type = "" } }: RawResponse): boolean {
    return INDEXES.includes(type.split(";", 1)[0]?.trim() ?? "");
}

/** The header that answers a challenge; `undefined` where there is nothing to answer it with. */
async function prove(
    exchange: Exchanger,
    challenge: Challenge,
    known: RegistryCredentials | undefined,
    repository: string,
    registry: string,
): Promise<string | undefined> {
    const basic =
        known?.type === "password"
            ? `Basic ${Buffer.from(`${known.username}:${known.password}`).toString("base64")}`
            : undefined;
    if (challenge.type === "basic") {
        return basic;
    }
    const { realm, service, scope = `repository:${repository}:pull` } = challenge;
    if (!isSafe(realm)) {
        throw new RegistryFault("broken", `${registry} names a token server without encryption (${realm.origin})`);
    }
    const parameters = { ...(service === undefined ? {} : { service }), scope };
    const response =
        known?.type === "identityToken"
            ? await exchange.send(realm, {
                  method: "POST",
                  headers: { "content-type": "application/x-www-form-urlencoded" },
                  body: new URLSearchParams({
                      ...parameters,
                      grant_type: "refresh_token",
                      client_id: "x0tta6bl4-platform",
                      refresh_token: known.token,
                  }).toString(),
              })
            : await exchange.send(withQuery(realm, parameters), {
                  headers: basic === undefined ? {} : { authorization: basic },
              });
    if (response.status !== 200) {
        throw faultOf(response, { registry, repository }, undefined);
    }
    const { token, access_token: access } = tokenSchema.safeParse(parseJson(response.text)).data ?? {};
    const granted = token ?? access;
    if (granted === undefined || granted === "") {
        throw new RegistryFault("broken", `the token server of ${registry} (${realm.host}) sends no token`);
    }
    return `Bearer ${granted}`;
}

function withQuery(url: URL, parameters: Readonly<Record<string, string>>): URL {
    const full = new URL(url);
    for (const [name, value] of Object.entries(parameters)) {
        full.searchParams.set(name, value);
    }
    return full;
}

/** What a response that is not an answer means. */
function faultOf(
    { status, text }: RawResponse,
    { registry, repository }: Pick<Image, "registry" | "repository">,
    tag: string | undefined,
): RegistryFault {
    const image = tag === undefined ? repository : `${repository}:${tag}`;
    const quote = quoted(text);
    switch (status) {
        case 401:
        case 403:
            return new RegistryFault(
                "unauthorized",
                `${registry} refuses ${image} (status ${status}${quote}): it does not exist, or needs a login`,
            );
        case 404:
            return new RegistryFault("missing", `${registry} has no ${image} (status 404${quote})`);
        case 429:
            return new RegistryFault(
                "rate limit",
                `${registry} limits the requests (status 429${quote})${isDockerHub(registry) ? "; with a login the limit is higher" : ""}`,
            );
        default:
            return new RegistryFault("broken", `${registry} answers status ${status} to ${image}${quote}`);
    }
}

/** The registry's own words, where it uses the format of the specification. */
function quoted(text: string): string {
    const [first] = errorsSchema.safeParse(parseJson(text)).data?.errors ?? [];
    return first === undefined ? "" : `, ${visible(`${first.code}: ${first.message ?? ""}`).slice(0, MAX_QUOTE)}`;
}

function parseJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}
