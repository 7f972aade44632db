import { z } from "zod";
import { recordedOutputs } from "../../engine/recordedOutputs";
import type { Place } from "../../engine/place";
import type { OpenCluster } from "../../engine/target";
import { messageOf } from "../../errors";
import { clusterTransport } from "../../kube/request";
import { type Ask, type Listen, listenByExec, portFindings } from "../../preflight/mesh/ports";
import { schemas } from "../../settings/schema";
import type { Pod } from "./objects";

/** The mesh of a stack's state. */
const recordedSchema = z.object({ namespace: z.string(), expected: z.object({ mesh: z.unknown() }) });

/** Mesh pods as the survey has them. */
interface SurveyedPart {
    readonly name: string;
    readonly pods: readonly Pod[];
}

/** Reader of the ports of a running app; replaced in tests. */
export interface AppAccess {
    readonly ask: Ask;
    readonly listen: Listen;
}

/**
 * Notes about ports on which the app does not answer as the settings say, each with the command that moves the setting.
 * Empty on simulated nodes, and until a mesh pod is ready, since other lines report why it is not.
 */
export async function portNotes(
    place: Pick<Place, "stack" | "embedded" | "state">,
    cluster: Pick<OpenCluster, "target">,
    parts: readonly SurveyedPart[],
    access?: AppAccess,
): Promise<string[]> {
    const pods = parts.find(({ name }) => name === "Mesh")?.pods.filter(({ ready }) => ready) ?? [];
    const recorded = recordedSchema.safeParse(recordedOutputs(place.state.resources)).data;
    const mesh = schemas.mesh.safeParse(recorded?.expected.mesh).data;
    if (place.embedded || pods.length === 0 || recorded === undefined || mesh === undefined) {
        return [];
    }
    const { namespace } = recorded;
    const names = pods.map(({ name }) => name);
    try {
        const { ask, listen } = access ?? (await accessTo(cluster.target, namespace));
        const found = await portFindings({ stack: place.stack, namespace, mesh, pods: names }, ask, listen);
        return found.flatMap(({ status, detail, fix }) =>
            status === "fail" ? [`ports of the mesh: ${detail}${fix === undefined ? "" : `: ${fix}`}`] : [],
        );
    } catch (error) {
        return [`ports of the mesh: not checked: ${messageOf(error)}`];
    }
}

async function accessTo(target: OpenCluster["target"], namespace: string): Promise<AppAccess> {
    const transport = await clusterTransport(target);
    return {
        ask: async (path) => (await transport.send({ path })).status,
        listen: listenByExec(target, namespace),
    };
}
