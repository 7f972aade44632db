import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../../errors";
import type { MeshLive } from "../../components/mesh";
import { meshNames } from "../../components/mesh/names";
import { kubectl } from "../../kube/kubectl";
import { clusterReader, type Read } from "../../kube/read";
import type { Settings } from "../../settings";
import { oldestMinor } from "../kubernetesVersion";
import { claimRefusals } from "./claim";
import { liveDeployment, operatorKeySource, scaledByAutoscaler } from "./live";

/** First Kubernetes minor version with sidecar containers by default (KEP-753, beta). */
const SIDECARS_MINOR = 29;

/**
 * Reads what runs before the mesh is changed. A preview without a cluster reads nothing and plans a new stack.
 * @throws UserError with every reason why the mesh cannot be updated.
 */
export async function checkMesh(settings: Settings): Promise<MeshLive> {
    const { cluster } = settings;
    // An update always reads: it must not replace a key for want of knowing it.
    if (!cluster.checkReachable && pulumi.runtime.isDryRun()) {
        return {};
    }
    try {
        return await liveMesh(await clusterReader(cluster), settings);
    } catch (error) {
        if (cluster.checkReachable || error instanceof UserError) {
            throw error;
        }
        return {};
    }
}

/** What the live objects decide. @throws UserError where the claim of `/data` does not fit the settings. */
export async function liveMesh(
    read: Read,
    { cluster, environment, mesh }: Pick<Settings, "cluster" | "environment" | "mesh">,
): Promise<MeshLive> {
    const { stack } = environment;
    const names = meshNames(environment);
    const [minor, deployment, claim] = await Promise.all([
        oldestMinor(read),
        read(`/apis/apps/v1/namespaces/${mesh.namespace}/deployments/${names.app}`),
        mesh.data.type === "existingClaim"
            ? read(`/api/v1/namespaces/${mesh.namespace}/persistentvolumeclaims/${mesh.data.claimName}`)
            : undefined,
    ]);
    const reasons = claimRefusals(mesh, claim?.seen === true ? claim.object : undefined, {
        stack,
        command: kubectl(cluster),
    });
    if (reasons.length > 0) {
        throw new UserError(`The mesh cannot be updated:\n\n${reasons.map((text) => `  ${text}`).join("\n\n")}\n`);
    }
    const live = deployment.seen ? liveDeployment(deployment.object) : undefined;
    const { existingName, rotation } = mesh.secret;
    const operatorKey = existingName === undefined ? operatorKeySource(live, names.secret, rotation) : "password";
    if (operatorKey === "bytes") {
        void pulumi.log.warn(exposedKey(stack, rotation, new Date()));
    }
    return {
        operatorKey,
        takeReplicas: !mesh.autoscaling.enabled && scaledByAutoscaler(live),
        sidecars: minor === undefined || minor >= SIDECARS_MINOR,
    };
}

/** The warning about an operator's key that is in the state in clear text. */
export function exposedKey(stack: string, rotation: string, now: Date): string {
    const day = now.toISOString().slice(0, 10);
    const next = day === rotation ? `${day}b` : day;
    return (
        `OPERATOR_PRIVATE_KEY of stack ${stack} is in clear text in its state, history and backups, and in the output of ` +
        "`pulumi preview --diff`: an earlier release generated it as RandomBytes, whose ID is its value.\n" +
        "  Generate new keys, which rolls the pods:\n" +
        `  pulumi config set --stack ${stack} --path mesh.secret.rotation ${next} && pulumi up --stack ${stack}`
    );
}
