import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AGENT_API, socketArguments } from "../../components/mesh/identity";
import { podSecurityContext } from "../../components/mesh/security";
import { podSecurityLabels, restrictedContainer } from "../../components/shared/podSecurity";
import { PROJECT_ROOT } from "../../project";
import { RUN_LABEL } from "../subject";
import type { ApiObject } from "./api";
import type { Task } from "./tasks";
import type { MeshWorkload } from "./workload";

/** Prefix of the names of all objects that a run creates. */
export const NAME_PREFIX = "x0-smoke-";

/** Deadline of a probe pod (s): the kubelet terminates it then, even if this process was killed. */
export const POD_LIFE_SECONDS = 900;

/** Readiness gate that is never satisfied: no Service routes traffic to a probe pod with the app's labels (KEP-580). */
const NEVER_READY = "x0tta6bl4.mesh/smoke-probe";

/** Small requests, with a CPU limit that lets Python start quickly. */
const RESOURCES = { requests: { cpu: "10m", memory: "32Mi" }, limits: { cpu: "500m", memory: "128Mi" } };

/** In-memory folder with the SVID and the key of a probe pod. */
export const SVID_FOLDER = "/run/x0-smoke";

/** Mount path of a probe pod's PersistentVolumeClaim. */
export const CLAIM_FOLDER = "/claim";

/** Specification of a probe pod. */
export interface ProbeSpec {
    /** Suffix of its name, unique within a run. */
    readonly name: string;
    /** Its namespace. */
    readonly namespace: string;
    /** Whether it has the labels, ServiceAccount and scheduling of the app's pods. */
    readonly asApp: boolean;
    /** What it does; `watchSvid` prints each new SVID, without its key, by the SPIRE agent's own command. */
    readonly task: Task | "watchSvid";
    /** How it gets an SVID before its task starts; unset: it has none. */
    readonly identity?: IdentitySource;
    /** Deadline (s). Default: {@link POD_LIFE_SECONDS}. */
    readonly lifeSeconds?: number;
    /** Claim that is mounted at {@link CLAIM_FOLDER}. */
    readonly claim?: string;
    /** Node that it must not be on. */
    readonly notOn?: string;
    /** Secrets for the image where the pod is not one of the app's. */
    readonly pullSecrets?: readonly string[];
}

/** How a pod gets an SVID. */
export interface IdentitySource {
    /** Image of the SPIRE agent. */
    readonly image: string;
    /** Directory of agent.sock in the app's container. */
    readonly socketPath: string;
}

/** What all probe pods of a run have in common. */
export interface ProbeBase {
    /** The run. */
    readonly run: string;
    /** The mesh's Deployment. */
    readonly workload: MeshWorkload;
    /** Image with Python 3. */
    readonly image: string;
    /** Whether the app's pods are in a service mesh. */
    readonly meshed: boolean;
}

/**
 * Keeps a probe pod out of every service mesh: its proxy would accept each connection by itself, so that every path looked
 * open, and would keep a pod that has done its task from ending.
 */
const OUTSIDE_MESH = {
    labels: { "sidecar.istio.io/inject": "false", "istio.io/dataplane-mode": "none" },
    annotations: { "linkerd.io/inject": "disabled" },
} as const;

/** Name of an object of a run. */
export function nameOf(run: string, name: string): string {
    return `${NAME_PREFIX}${run}-${name}`;
}

/** Manifest of a probe pod. It meets Pod Security Standard `restricted`. */
export function probePod(base: ProbeBase, spec: ProbeSpec): ApiObject {
    const { template } = base.workload.spec;
    const identity = spec.identity === undefined ? undefined : identityParts(base.workload, spec.identity);
    const claim = { name: "claim", persistentVolumeClaim: { claimName: spec.claim ?? "" } };
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
            name: nameOf(base.run, spec.name),
            namespace: spec.namespace,
            labels: {
                ...(spec.asApp ? template.metadata.labels : {}),
                ...(base.meshed ? OUTSIDE_MESH.labels : {}),
                [RUN_LABEL]: base.run,
            },
            ...(base.meshed ? { annotations: OUTSIDE_MESH.annotations } : {}),
        },
        spec: {
            ...(spec.asApp ? appParts(base.workload) : { tolerations: template.spec.tolerations }),
            ...(spec.asApp ? {} : { imagePullSecrets: spec.pullSecrets?.map((name) => ({ name })) }),
            ...affinity(spec, base.workload),
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            // A failed init container is retried, as in the app's own pods.
            restartPolicy: identity === undefined ? "Never" : "OnFailure",
            activeDeadlineSeconds: spec.lifeSeconds ?? POD_LIFE_SECONDS,
            terminationGracePeriodSeconds: 1,
            securityContext: podSecurityContext,
            initContainers: identity?.initContainers,
            containers: [spec.task === "watchSvid" ? watcher(spec, identity) : prober(base.image, spec, spec.task)],
            volumes: [...(identity?.volumes ?? []), ...(spec.claim === undefined ? [] : [claim])],
        },
    };
}

/** The container that does a task. */
function prober(image: string, { identity, claim }: ProbeSpec, task: Task): ApiObject {
    return {
        name: "probe",
        image,
        command: ["python3", "-c", probeScript(), JSON.stringify(task)],
        env: [
            { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
            { name: "PYTHONDONTWRITEBYTECODE", value: "1" },
        ],
        resources: RESOURCES,
        securityContext: restrictedContainer,
        volumeMounts: [
            ...(identity === undefined ? [] : [{ name: "svid", mountPath: SVID_FOLDER, readOnly: true }]),
            ...(claim === undefined ? [] : [{ name: "claim", mountPath: CLAIM_FOLDER }]),
        ],
    };
}

/** The container that watches its SVID. */
function watcher({ identity }: ProbeSpec, parts: IdentityParts | undefined): ApiObject {
    return {
        name: "probe",
        image: identity?.image,
        command: [...AGENT_API, "watch"],
        args: socketArguments(identity?.socketPath ?? ""),
        resources: RESOURCES,
        securityContext: restrictedContainer,
        volumeMounts: parts?.socketMounts ?? [],
    };
}

/** Manifest of the run's own namespace: without NetworkPolicies, and restricted. */
export function labNamespace(run: string): ApiObject {
    return {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: {
            name: nameOf(run, "lab"),
            labels: { [RUN_LABEL]: run, ...podSecurityLabels("restricted", "latest") },
        },
    };
}

/** The script that every probe pod runs. */
export function probeScript(): string {
    return readFileSync(join(PROJECT_ROOT, "smoke/deep/probe.py"), "utf8");
}

/**
 * Fields that make a pod look like one of the app's, without those for Services and for spreading pods across nodes.
 */
function appParts({ spec: { template } }: MeshWorkload): ApiObject {
    const { serviceAccountName, imagePullSecrets, nodeSelector, tolerations, priorityClassName, runtimeClassName } =
        template.spec;
    return {
        serviceAccountName,
        imagePullSecrets,
        nodeSelector,
        tolerations,
        priorityClassName,
        runtimeClassName,
        readinessGates: [{ conditionType: NEVER_READY }],
    };
}

/** Node affinity of the app's pods, and the node that is excluded. Both must hold, so the exclusion is in each term. */
function affinity({ asApp, notOn }: ProbeSpec, { spec: { template } }: MeshWorkload): ApiObject {
    const own = asApp ? template.spec.affinity?.nodeAffinity : undefined;
    if (notOn === undefined) {
        return own === undefined ? {} : { affinity: { nodeAffinity: own } };
    }
    const matchExpressions = [{ key: "kubernetes.io/hostname", operator: "NotIn", values: [notOn] }];
    const required = { nodeSelectorTerms: [{ matchExpressions }] };
    return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } };
}

/** What gives a pod an SVID. */
interface IdentityParts {
    readonly initContainers: readonly ApiObject[];
    readonly volumes: readonly ApiObject[];
    readonly socketMounts: readonly ApiObject[];
}

/** The app's own init containers, then one that stores the SVID, with their volumes. */
function identityParts({ spec: { template } }: MeshWorkload, { image, socketPath }: IdentitySource): IdentityParts {
    const { initContainers, containers, volumes } = template.spec;
    const mounts = [...containers, ...initContainers].flatMap(({ volumeMounts }) => volumeMounts);
    const socketMounts = mounts.filter(({ mountPath }) => mountPath === socketPath).slice(0, 1);
    const used = new Set(
        [...socketMounts, ...initContainers.flatMap(({ volumeMounts }) => volumeMounts)].map(({ name }) => name),
    );
    return {
        socketMounts,
        initContainers: [
            ...initContainers,
            {
                name: "fetch-svid",
                image,
                command: [...AGENT_API, "fetch", "x509"],
                args: [...socketArguments(socketPath), "-timeout", "30s", "-write", SVID_FOLDER],
                resources: RESOURCES,
                securityContext: restrictedContainer,
                volumeMounts: [...socketMounts, { name: "svid", mountPath: SVID_FOLDER }],
            },
        ],
        volumes: [
            ...volumes.filter(({ name }) => used.has(name)),
            { name: "svid", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
        ],
    };
}
