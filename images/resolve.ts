import { pooled } from "../process/pooled";
import { groupBy } from "../policy/kubernetes/stack";
import { setCommand } from "../settings/shared/faults";
import { RegistryFault, type RegistryProblem } from "./registry/fault";
import type { RegistryClient, TagDigest } from "./registry/client";
import { credentialKey } from "./registry/address";
import type { StackImage, StackImages } from "./stackImages";
import { shellCommand } from "../shell";

/** Requests at the same time: enough for the image of a stack, few enough for a registry's limits. */
const AT_ONCE = 4;

/** A digest for a setting. */
export interface Pin {
    /** Setting, e.g. `mesh.image.digest`. */
    readonly setting: string;
    /** Image with its tag, e.g. `ghcr.io/spiffe/spire-agent:1.15.3`. */
    readonly image: string;
    /** Digest that the stack has now; missing where it has none. */
    readonly before?: string;
    /** Digest that the tag names. */
    readonly after: string;
    /** Whether it stands for all platforms; otherwise nodes of another platform cannot run the image. */
    readonly isIndex: boolean;
}

/** What the registries say about the images of a stack. */
export interface Resolution {
    /** Digests by setting, sorted. */
    readonly pins: readonly Pin[];
    /** What has no digest, and what to do, as sentences. */
    readonly faults: readonly string[];
    /** What is left as it is, and why, as sentences. */
    readonly notes: readonly string[];
}

/**
 * Asks the registries what the tags of a stack's images name. Every image is asked for, also after a fault.
 * @param onAsked Called with the number of images that are done.
 */
export async function resolvePins(
    { stack, images }: Pick<StackImages, "stack" | "images">,
    client: RegistryClient,
    onAsked: (done: number, all: number) => void,
): Promise<Resolution> {
    const running = images.filter(({ runs }) => runs);
    const bySetting = groupBy(running, ({ setting }) => setting?.digest);
    const wanted = [...bySetting].flatMap(([setting, found]) => (setting === undefined ? [] : [{ setting, found }]));
    let done = 0;
    const answers = await pooled(wanted, AT_ONCE, async ({ setting, found }) => {
        const answer = await pinOf(setting, found, stack, client);
        done += 1;
        onAsked(done, wanted.length);
        return answer;
    });
    return {
        pins: answers
            .flatMap((answer) => (typeof answer === "string" ? [] : [answer]))
            .sort((a, b) => (a.setting < b.setting ? -1 : 1)),
        faults: answers.filter((answer) => typeof answer === "string"),
        notes: (bySetting.get(undefined) ?? [])
            .filter(({ digest }) => digest === undefined)
            .map(({ reference, setting }) => {
                const where = setting === undefined ? "" : ` The chart's value is ${setting.names}.`;
                return `${reference}: no setting pins it, so it is left as it is.${where}`;
            }),
    };
}

/** The digest of a setting, or why there is none. */
async function pinOf(
    setting: string,
    found: readonly StackImage[],
    stack: string,
    client: RegistryClient,
): Promise<Pin | string> {
    const [image, ...others] = found;
    const tags = [...new Set(found.map(({ name, tag = "" }) => `${name}:${tag}`))];
    if (image?.tag === undefined || tags.length > 1) {
        return others.length > 0 && tags.length > 1
            ? `${setting} would have to stand for ${tags.join(" and ")}, which one digest cannot.`
            : `${image?.reference ?? setting}: it has no tag, so no registry can tell its digest.`;
    }
    const { name, tag, digest: before } = image;
    try {
        const answer: TagDigest = await client.digestOf(image, tag);
        return {
            ...{ setting, image: `${name}:${tag}` },
            ...(before === undefined ? {} : { before }),
            ...{ after: answer.digest, isIndex: answer.isIndex },
        };
    } catch (error) {
        if (error instanceof RegistryFault) {
            return `${image.reference}: ${error.message}. ${fixOf(error.problem, image, stack)}`;
        }
        throw error;
    }
}

/** What to do about a registry that does not tell a digest, as a sentence. */
function fixOf(problem: RegistryProblem, { registry, reference, setting }: StackImage, stack: string): string {
    const login = shellCommand("docker", "login", ...(registry === "docker.io" ? [] : [credentialKey(registry)]));
    const hasRegistry = reference.startsWith(`${registry}/`);
    switch (problem) {
        case "unauthorized":
            return hasRegistry || setting?.digest !== "mesh.image.digest"
                ? `Check its name, or log in: ${login}`
                : `An image without a registry in its name is looked up at Docker Hub. Push it to a registry, and name that: ${setCommand(stack, "mesh.image.repository", "REGISTRY/NAME")}`;
        case "missing":
            return setting === undefined || setting.isChartValue
                ? "Check the registry of mirrored images: monitoring.images.registry"
                : `Set a tag that is there: ${setCommand(stack, setting.names, "TAG", "string")}`;
        case "rate limit":
            return `Log in, or try again later: ${login}`;
        case "unreachable":
            return "Check the network, and HTTPS_PROXY and NO_PROXY.";
        case "broken":
            return "Try again later, or ask who runs the registry.";
    }
}
