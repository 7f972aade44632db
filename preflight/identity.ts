import { gte } from "semver";
import { compareIdentity, type ServerVersion, VERSION_PATH, versionOf } from "../kube/identity";
import { kubectl } from "../kube/kubectl";
import type { Read } from "../kube/read";
import type { ClusterSettings } from "../settings/schema";

/** Oldest version of Kubernetes that the stack runs on. */
export const OLDEST_KUBERNETES = "1.27";

/** Whether the stack runs on a version. */
export function isSupported({ major, minor }: ServerVersion): boolean {
    return gte(`${major}.${minor}.0`, `${OLDEST_KUBERNETES}.0`);
}

/**
 * Makes sure that a context leads to the cluster that the stack belongs to, and that its Kubernetes is new enough. Where
 * the stack has an identifier and these credentials cannot read the cluster's, the check refuses: a context that was
 * changed would otherwise go unnoticed.
 * @returns What could not be checked, in sentences.
 * @throws Error that says what is wrong and what to do.
 */
export async function checkIdentity(settings: ClusterSettings, read: Read): Promise<string[]> {
    const [version, identity] = await Promise.all([read(VERSION_PATH), compareIdentity(settings.identifier, read)]);
    const { context } = settings;
    const inspect = (arguments_: string) => `  Inspect it:    ${kubectl(settings)} ${arguments_}\n`;
    if (identity.verdict === "other") {
        throw new Error(
            `context ${context} leads to another cluster than the one that this stack belongs to.\n` +
                `  cluster.identifier:  ${settings.identifier ?? ""}\n` +
                `  UID of kube-system:  ${identity.uid}\n` +
                inspect("cluster-info") +
                "  Set the right context:  pulumi config set --path cluster.context <name>\n" +
                "  Move the stack there:   npx x0 cluster existing --stack <stack> --context <name> --repoint",
        );
    }
    if (identity.verdict === "absent" || (version.seen && version.object === undefined)) {
        const path = identity.verdict === "absent" ? "the namespace kube-system" : VERSION_PATH;
        throw new Error(
            `the server of context ${context} has no ${path.replace(/^the /, "")}: it is not a Kubernetes API server, or the path of its URL is missing.\n` +
                inspect("version") +
                "  Set the right context:  pulumi config set --path cluster.context <name>",
        );
    }
    if (identity.verdict === "unauthorized") {
        throw new Error(
            `the API server does not accept the credentials of context ${context} (401), so it cannot be verified that it is the cluster of this stack.\n` +
                "  Log in to the cluster again, then:\n" +
                inspect("auth whoami"),
        );
    }
    if (identity.verdict === "forbidden") {
        throw new Error(
            `cluster.identifier is set, but the credentials of context ${context} cannot read the namespace kube-system (403), so it cannot be verified that it is the cluster of this stack.\n` +
                "  Permission:    get namespaces, resource name kube-system\n" +
                `  Grant it:      ${kubectl(settings)} create clusterrole x0tta6bl4-identity --verb get --resource namespaces --resource-name kube-system\n` +
                `                 ${kubectl(settings)} create clusterrolebinding x0tta6bl4-identity --clusterrole x0tta6bl4-identity --user <name>`,
        );
    }
    if (!version.seen) {
        const reason =
            version.status === 401 ? "does not accept its credentials (401)" : "does not show its version (403)";
        return [
            `The API server of context ${context} ${reason}: whether Kubernetes is ${OLDEST_KUBERNETES} or newer was not checked`,
        ];
    }
    const running = versionOf(version.object);
    if (running !== undefined && !isSupported(running)) {
        throw new Error(
            `Kubernetes ${running.text} is too old: the stack needs ${OLDEST_KUBERNETES} or newer.\n` +
                inspect("version") +
                "  Upgrade the cluster, or set another:  pulumi config set --path cluster.context <name>",
        );
    }
    return [];
}
