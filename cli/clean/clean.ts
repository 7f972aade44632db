import { rm } from "node:fs/promises";
import { relative } from "node:path";
import { readHistory } from "../../engine/history";
import { environment, openCluster, type OpenCluster } from "../../engine/target";
import { kubectl as boundKubectl } from "../../kube/kubectl";
import { CannotRun } from "../../errors";
import { shellCommand } from "../../shell";
import { EXIT } from "../../terminal/commandLine";
import { visible, visibleText } from "../../terminal/foreign";
import { createProgress } from "../../terminal/progress";
import { paint, type Terminal } from "../../terminal/text";
import { type Context, printJson } from "../command";
import { MONITORING_CRDS } from "../crds";
import { inventory } from "../destroy/inventory";
import { Kubectl } from "../kubectl";
import { KUBELET_SERVICE_TEXT, type KubeletService, removeKubeletService } from "../kubeletService";
import { meshNamespace } from "../pods/mesh";
import { openRemoval } from "../removal";
import type { RemovalOptions } from "../removalOptions";
import { type Leftovers, leftovers } from "./leftovers";

/** Timeout for the removal of one object. */
const TIMEOUT = "50s";

/** Text that lists what will be removed and what is kept. */
export function leftoversText(
    { namespaces, strange, crds, files, monitoringCrds, kubeletService }: Leftovers,
    from: string,
    terminal: Pick<Terminal, "colour">,
    kubectl: string,
): string {
    const removed = [
        ...namespaces.map((name) => `Namespace ${name}, with everything in it`),
        ...crds.filter(({ needed }) => needed === undefined).map(({ name }) => `CustomResourceDefinition ${name}`),
        ...(isUnused(kubeletService) ? [KUBELET_SERVICE_TEXT] : []),
        ...files.map((file) => relative(from, file)),
    ];
    const kept = [
        ...strange.map((name) => `Namespace ${name}: no update in this backend created it`),
        ...crds.flatMap(({ name, needed }) =>
            needed === undefined ? [] : [`CustomResourceDefinition ${name}: ${needed}`],
        ),
        ...(kubeletService?.needed === undefined ? [] : [`${KUBELET_SERVICE_TEXT}: ${kubeletService.needed}`]),
        ...(monitoringCrds.length === 0
            ? []
            : [
                  `${monitoringCrds.length} CustomResourceDefinitions of ${MONITORING_CRDS}: any Prometheus Operator of the cluster needs them. Without one:\n         ${kubectl} ${shellCommand("delete", "crd", ...monitoringCrds)}`,
              ]),
    ];
    return [
        ...removed.map((text) => `  ${paint("removes", "bad", terminal)} ${visibleText(text)}`),
        ...kept.map((text) => `  ${paint("keeps", "good", terminal)}   ${visibleText(text)}`),
    ].join("\n");
}

function isUnused(service: KubeletService | undefined): boolean {
    return service !== undefined && service.needed === undefined;
}

async function remove(found: Leftovers, cluster: OpenCluster, namespace: string, context: Context): Promise<void> {
    const progress = createProgress();
    const kubectl = await Kubectl.find(cluster.target, namespace, context);
    const objects = [
        ...found.namespaces.map((name) => ["namespace", name] as const),
        ...found.crds.flatMap(({ name, needed }) => (needed === undefined ? [["crd", name] as const] : [])),
    ];
    for (const [kind, name] of objects) {
        const args = ["delete", kind, name, "--ignore-not-found", "--wait", "--timeout", TIMEOUT];
        await progress.step(`Removing ${kind} ${name}`, () => kubectl.call(args));
    }
    if (isUnused(found.kubeletService)) {
        await progress.step("Removing the Service of the kubelets", () => removeKubeletService(kubectl));
    }
    for (const file of found.files) {
        await rm(file, { recursive: true, force: true });
    }
}

/** Removes what a destroy keeps. @returns the exit code. */
export async function cleanUp(
    options: RemovalOptions & { readonly json?: boolean },
    context: Context,
): Promise<number> {
    const { json = false } = options;
    if (json && options.dryRun !== true) {
        throw new CannotRun("--json requires --dry-run", "npx x0 clean --dry-run --json");
    }
    const removal = await openRemoval("clean", options, context);
    const { place } = removal;
    if (place.state.pending.length > 0 || inventory(place.state.resources).kinds.size > 0) {
        throw new CannotRun(
            `stack ${place.stack} still has objects`,
            shellCommand("npx", "x0", "destroy", "--stack", place.stack),
        );
    }
    const cluster = await openCluster(place, true);
    const { target, read } = cluster;
    const known = (await readHistory(place, 1)).length > 0;
    const found = await leftovers({ ...place, known }, environment(place.stack), read, context.paths);
    if (json) {
        printJson({ stack: place.stack, context: target.context, ...found });
        return EXIT.done;
    }
    console.log(`Stack ${place.stack}, context ${visible(target.context)}`);
    const text = leftoversText(found, context.paths.checkout, context.terminal, boundKubectl(target));
    console.log(text || "  nothing is left");
    const unused = found.crds.filter(({ needed }) => needed === undefined);
    if (found.namespaces.length + unused.length + found.files.length === 0 && !isUnused(found.kubeletService)) {
        return EXIT.done;
    }
    const code = await removal.stopped();
    if (code !== undefined) {
        return code;
    }
    await remove(found, cluster, meshNamespace(place), context);
    return EXIT.done;
}
