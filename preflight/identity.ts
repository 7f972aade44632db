import { z } from "zod";
import type { ClusterSettings } from "../settings/schema";
import { otherIdentity } from "../kube/identity";
import { kubectl } from "../kube/kubectl";
import type { Read } from "../kube/read";

/** Oldest minor version of Kubernetes 1 that the stack runs on. */
export const OLDEST_MINOR = 27;

/** Path of the version. */
export const VERSION_PATH = "/version";

// Some servers add a plus sign to the numbers, e.g. "27+".
const versionSchema = z.object({ major: z.string(), minor: z.string(), gitVersion: z.string() });

/** Version of an API server. */
export interface ServerVersion {
    /** Major version, e.g. 1. */
    readonly major: number;
    /** Minor version, e.g. 33. */
    readonly minor: number;
    /** As the server writes it, e.g. `v1.33.4+k3s1`. */
    readonly text: string;
}

/** The version from the object at {@link VERSION_PATH}; `undefined` when it is none. */
export function versionOf(object: unknown): ServerVersion | undefined {
    const { data } = versionSchema.safeParse(object);
    const [major, minor] = [Number.parseInt(data?.major ?? "", 10), Number.parseInt(data?.minor ?? "", 10)];
    return data === undefined || Number.isNaN(major) || Number.isNaN(minor)
        ? undefined
        : { major, minor, text: data.gitVersion };
}

/** Whether the stack runs on a version. */
export function isSupported({ major, minor }: ServerVersion): boolean {
    return major > 1 || (major === 1 && minor >= OLDEST_MINOR);
}

/**
 * Makes sure that a context leads to the cluster that the stack belongs to, and that its Kubernetes is new enough.
 * What these credentials may not see is left to the update itself.
 * @throws Error that says what is wrong and what to do.
 */
export async function checkIdentity(settings: ClusterSettings, read: Read): Promise<void> {
    const [version, other] = await Promise.all([read(VERSION_PATH), otherIdentity(settings.identifier, read)]);
    if (other !== undefined) {
        throw new Error(
            `context ${settings.context} leads to another cluster than the one that this stack belongs to.\n` +
                `  cluster.identifier:  ${settings.identifier ?? ""}\n` +
                `  kube-system's UID:   ${other}\n` +
                `  Look at it:    ${kubectl(settings)} cluster-info\n` +
                "  Set the right context:  pulumi config set --path cluster.context <name>\n" +
                "  Move the stack there:   npx x0 cluster existing --stack <stack> --context <name> --repoint",
        );
    }
    const running = version.seen ? versionOf(version.object) : undefined;
    if (running !== undefined && !isSupported(running)) {
        throw new Error(
            `Kubernetes ${running.text} is too old: the stack needs 1.${OLDEST_MINOR} or newer.\n` +
                `  Look at it:    ${kubectl(settings)} version\n` +
                "  Upgrade the cluster, or set another:  pulumi config set --path cluster.context <name>",
        );
    }
}
