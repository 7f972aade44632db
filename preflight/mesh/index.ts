import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../../errors";
import type { MeshLive } from "../../components/mesh";
import { API_VERSION as ROLLOUTS_API } from "../../components/delivery/names";
import { meshNames } from "../../components/mesh/names";
import { kubectl } from "../../kube/kubectl";
import type { Read } from "../../kube/read";
import type { Settings } from "../../settings";
import { shellCommand } from "../../shell";
import { refusal } from "../refusal";
import { oldestMinor } from "../kubernetesVersion";
import { serviceMeshJudgement } from "../serviceMesh";
import { claimRefusals } from "./claim";
import { kindRefusals, wayBackRefusals } from "./kinds";
import { isRollout } from "../../settings/mesh/delivery";
import { isKeyExposed, liveDeployment, operatorKeySource, scaledByAutoscaler } from "./live";

/** First Kubernetes minor version with sidecar containers by default (KEP-753, beta). */
const SIDECARS_MINOR = 29;

/**
 * Reads what runs before the mesh is changed. A preview without a cluster reads nothing and plans a new stack.
 * @param read Reads from the stack's own cluster.
 * @throws UserError with every reason why the mesh cannot be updated.
 */
export async function checkMesh(settings: Settings, read: Read): Promise<MeshLive> {
    const { cluster } = settings;
    // An update always reads: it must not replace a key for want of knowing it.
    if (!cluster.checkReachable && pulumi.runtime.isDryRun()) {
        return {};
    }
    try {
        return await liveMesh(read, settings);
    } catch (error) {
        if (cluster.checkReachable || error instanceof UserError) {
            throw error;
        }
        return {};
    }
}

/** Settings that decide what is read of the mesh. */
type MeshParts = Pick<Settings, "cluster" | "environment" | "mesh" | "spire">;

/** Decisions from the live objects. */
export interface MeshReading extends MeshLive {
    /** Why an update is refused, each with the commands that fix it. */
    readonly reasons: readonly string[];
    /** What of the service mesh has consequences without stopping an update, each with what fixes it. */
    readonly warnings: readonly string[];
    /** The warning about the operator's key, where the deployed one is in the state in clear text. */
    readonly exposed?: string;
}

/**
 * Decisions from the live objects.
 * @throws UserError where the claim of `/data` does not fit the settings.
 */
export async function liveMesh(read: Read, settings: MeshParts): Promise<MeshLive> {
    const { reasons, warnings, exposed, ...live } = await readMesh(read, settings, kubectl(settings.cluster));
    if (reasons.length > 0) {
        throw refusal("The mesh", settings.environment.stack, reasons);
    }
    for (const warning of warnings) {
        void pulumi.log.warn(warning);
    }
    if (exposed !== undefined && live.operatorKey === "bytes") {
        void pulumi.log.warn(exposed);
    }
    return live;
}

/**
 * Reads the live objects of the mesh; what these credentials cannot read counts as absent.
 * @param command how commands call kubectl on the stack's cluster
 */
export async function readMesh(
    read: Read,
    settings: Pick<MeshParts, "environment" | "mesh" | "spire">,
    command: string,
): Promise<MeshReading> {
    const { environment, mesh } = settings;
    const { stack } = environment;
    const names = meshNames(environment);
    const byRollout = isRollout(mesh.delivery);
    const [minor, deployment, rollout, kinds, claim, joined] = await Promise.all([
        oldestMinor(read),
        read(`/apis/apps/v1/namespaces/${mesh.namespace}/deployments/${names.app}`),
        read(`/apis/${ROLLOUTS_API}/namespaces/${mesh.namespace}/rollouts/${names.app}`),
        byRollout ? read(`/apis/${ROLLOUTS_API}`) : undefined,
        mesh.data.type === "existingClaim"
            ? read(`/api/v1/namespaces/${mesh.namespace}/persistentvolumeclaims/${mesh.data.claimName}`)
            : undefined,
        serviceMeshJudgement(read, settings, command),
    ]);
    const reasons = [
        ...claimRefusals(mesh, claim?.seen === true ? claim.object : undefined, { stack, command }),
        ...joined.reasons,
        ...kindRefusals(mesh, kinds, { stack, command }),
        ...wayBackRefusals(mesh, rollout.seen ? rollout.object : undefined, stack),
    ];
    const workloads = {
        deployment: deployment.seen ? liveDeployment(deployment.object) : undefined,
        rollout: rollout.seen ? liveDeployment(rollout.object) : undefined,
    };
    const [own, other] = byRollout
        ? [workloads.rollout, workloads.deployment]
        : [workloads.deployment, workloads.rollout];
    const live = own ?? other;
    const { existingName, rotation } = mesh.secret;
    const operatorKey = existingName === undefined ? operatorKeySource(live, names.secret, rotation) : "password";
    const exposed = isKeyExposed(live, names.secret);
    return {
        reasons,
        warnings: joined.warnings,
        sidecars: minor === undefined || minor >= SIDECARS_MINOR,
        operatorKey,
        takeReplicas: !mesh.autoscaling.enabled && scaledByAutoscaler(own),
        ...(own === undefined && other !== undefined ? { replacedReplicas: other.spec.replicas } : {}),
        // A setting that asks for another key takes effect with the next update.
        exposed: exposed ? exposedKey(stack, operatorKey === "bytes" ? rotation : undefined, new Date()) : undefined,
    };
}

/**
 * The warning about an operator's key that is in the state in clear text.
 * @param rotation the setting `mesh.secret.rotation`; `undefined` where it asks for new keys already
 * @param now the day gives the next value of the setting
 */
export function exposedKey(stack: string, rotation: string | undefined, now: Date): string {
    const day = now.toISOString().slice(0, 10);
    const next = day === rotation ? `${day}b` : day;
    const set = shellCommand("pulumi", "config", "set", "--stack", stack, "--path", "mesh.secret.rotation", next);
    const update = shellCommand("pulumi", "up", "--stack", stack);
    return (
        `OPERATOR_PRIVATE_KEY of stack ${stack} is in clear text in its state, history and backups, and in the output of ` +
        "`pulumi preview --diff`: an earlier release generated it as RandomBytes, whose ID is its value.\n" +
        "  Generate new keys, which rolls the pods:\n" +
        `  ${rotation === undefined ? update : `${set} && ${update}`}`
    );
}
