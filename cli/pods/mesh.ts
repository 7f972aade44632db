import { labelSelector, selectorLabels } from "../../components/shared/labels";
import { APP, meshNames } from "../../components/mesh/names";
import { z } from "zod";
import { CannotRun } from "../../errors";
import type { Context } from "../command";
import { Kubectl, printWarnings } from "../kubectl";
import { findPlace, type Place } from "../../engine/place";
import { environment, openCluster, type Target } from "../../engine/target";
import { rootOutputs } from "../../engine/state";

/** The mesh of a stack, for commands that use its pods. */
export interface Mesh {
    /** The stack. */
    readonly place: Place;
    /** Its cluster. */
    readonly target: Target;
    /** kubectl, in the mesh's namespace. */
    readonly kubectl: Kubectl;
    /** Namespace of the mesh. */
    readonly namespace: string;
    /** Label selector of the pods. */
    readonly selector: string;
    /** Name of the Deployment and the main Service. */
    readonly app: string;
    /** Name of the metrics Service. */
    readonly metricsService: string;
}

/** Outputs of a stack that commands use. */
const outputsSchema = z.object({ namespace: z.string() });

/** Namespace of the mesh: from the outputs; before the first update has ended, the stack's default. */
export function meshNamespace({ stack, state }: Pick<Place, "stack" | "state">): string {
    return outputsSchema.safeParse(rootOutputs(state.resources)).data?.namespace ?? environment(stack).namespace;
}

/** Finds a stack and its pods. Warnings about its cluster go to standard error. */
export async function openMesh(stack: string | undefined, context: Context): Promise<Mesh> {
    const place = await findPlace(stack, context);
    const { target, notes } = await openCluster(place);
    printWarnings(notes);
    const namespace = meshNamespace(place);
    const names = meshNames(environment(place.stack));
    return {
        place,
        target,
        kubectl: await Kubectl.find(target, namespace, context),
        namespace,
        selector: labelSelector(selectorLabels(APP, environment(place.stack))),
        app: names.app,
        metricsService: names.metricsService,
    };
}

const podsSchema = z.object({
    items: z.array(
        z.object({
            metadata: z.object({ name: z.string(), deletionTimestamp: z.string().optional() }),
            status: z.object({ phase: z.string().optional() }).optional(),
        }),
    ),
});

/** Names of the mesh's pods, sorted; terminating ones last. */
export async function podNames({ kubectl, selector }: Pick<Mesh, "kubectl" | "selector">): Promise<string[]> {
    const { items } = podsSchema.parse(
        JSON.parse(await kubectl.call(["get", "pods", "--selector", selector, "--output", "json"])),
    );
    const leaving = (pod: (typeof items)[number]) => (pod.metadata.deletionTimestamp === undefined ? 0 : 1);
    return [...items]
        .sort((a, b) => leaving(a) - leaving(b) || a.metadata.name.localeCompare(b.metadata.name))
        .map(({ metadata }) => metadata.name);
}

/**
 * The pods that match a word: a pod's name, or the end of one, e.g.
 * `8n44v`. @throws CannotRun that lists the existing pods.
 */
export function choosePods(pods: readonly string[], word: string | undefined, namespace: string): string[] {
    if (pods.length === 0) {
        throw new CannotRun(`namespace ${namespace} has no mesh pods`, "see why: npx x0 status");
    }
    const chosen = word === undefined ? [...pods] : pods.filter((pod) => pod === word || pod.endsWith(`-${word}`));
    if (chosen.length === 0) {
        throw new CannotRun(`no pod ${word ?? ""} in namespace ${namespace}`, `existing pods: ${pods.join(", ")}`);
    }
    return chosen;
}
