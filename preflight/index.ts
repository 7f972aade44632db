import { dirname, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { messageOf, UserError } from "../errors";
import { shellWord } from "../shell";
import { onStack } from "./bound";
import { visibleText } from "../terminal/foreign";
import { type ClusterContext, kubeconfigFiles, loadContext } from "../kube/kubeconfig";
import { fileWord, kubectl } from "../kube/kubectl";
import { answers } from "../kube/reachable";
import { clusterReader } from "../kube/read";
import type { ClusterSettings } from "../settings/schema";
import { checkIdentity } from "./identity";

/**
 * Makes sure that the stack's own context exists, its API server answers, is that of the stack's own cluster and is new
 * enough, before anything is changed.
 * @throws UserError that names context and server, within 25 s: 8 s each for the server, a credential plugin and an answer.
 */
export async function checkCluster(settings: ClusterSettings, stack: string): Promise<void> {
    if (!settings.checkReachable) {
        return;
    }
    try {
        const context = loadContext(settings);
        checkRelativeFiles(settings, context);
        await answers(context).catch((error: unknown) => {
            throw new Error(
                `the API server ${context.server} of context ${context.name} does not answer (${messageOf(error)}).\n` +
                    `  Inspect it:    ${kubectl(settings)} version\n` +
                    "  Preview only:  pulumi config set --path cluster.checkReachable false",
            );
        });
        for (const note of await checkIdentity(settings, await clusterReader(settings))) {
            void pulumi.log.warn(visibleText(note));
        }
    } catch (error) {
        throw new UserError(visibleText(onStack(`Cluster: ${messageOf(error)}`, stack)));
    }
}

/**
 * Relative paths of a kubeconfig are relative to its folder. Pulumi's provider keeps that rule for `$KUBECONFIG` only: the
 * file of the setting is handed to it as a text, whose paths it takes from the folder that Pulumi runs in.
 */
function checkRelativeFiles({ kubeconfig }: ClusterSettings, { name, cluster, user }: ClusterContext): void {
    const keys = [...cluster.relativeFiles, ...user.relativeFiles];
    const [file = ""] = kubeconfig === undefined ? [] : kubeconfigFiles(kubeconfig);
    if (kubeconfig === undefined || keys.length === 0 || dirname(resolve(file)) === process.cwd()) {
        return;
    }
    throw new Error(
        `${file} names files by relative paths (${keys.join(", ")}), which Pulumi's provider does not find from cluster.kubeconfig.\n` +
            `  Put their content into a copy:  kubectl --kubeconfig ${fileWord(file)} --context ${shellWord(name)} config view --minify --flatten > <file>\n` +
            "  Then:                           pulumi config set --path cluster.kubeconfig <file>",
    );
}
