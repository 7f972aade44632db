import type { types } from "@pulumi/kubernetes";
import { restrictedContainer } from "../shared/podSecurity";
import { image } from "../spire/images";
import { goMemoryLimit } from "../shared/goMemory";
import type { MeshAppArgs } from "./args";
import { APP_USER } from "./security";
import { spireSocketMounts } from "./volumes";

type Container = types.input.core.v1.Container;

/** Name of the container that waits. */
export const IDENTITY_WAIT = "wait-for-identity";

/** The only executable of the image, which has no shell. */
export const AGENT_API = ["/opt/spire/bin/spire-agent", "api"];

/**
 * Timeout of one attempt of the init container (s). The agent rejects requests immediately while no entry matches the
 * pod.
 */
const ATTEMPT_SECONDS = 30;

/** Period of the startup probe, which checks for an SVID (s); the shortest period that Kubernetes supports. */
const ASK_SECONDS = 1;

/**
 * Timeout of the startup probe (s): an agent that attests a new pod polls its kubelet until the kubelet reports the
 * pod.
 */
const ASK_TIMEOUT_SECONDS = 10;

/**
 * Failed probes after which the kubelet restarts the sidecar: a visible sign, after 5 minutes or more.
 */
const ASK_TIMES = 300;

/** Resources of the init container: small, since it makes a single call to the agent. */
const INIT_RESOURCES = { requests: { cpu: "10m", memory: "32Mi" }, limits: { cpu: "100m", memory: "64Mi" } };

/**
 * Resources of the sidecar and, until the app starts, of the probe process. Measured with SPIRE 1.15.3: 10 MiB for the
 * process that watches the SVID, in addition to the 55 MiB of its program file, which all pods of a node share; 0.055 s
 * of CPU per probe. With this limit, a probe takes less than a fifth of a second.
 */
const SIDECAR_RESOURCES = { requests: { cpu: "10m", memory: "32Mi" }, limits: { cpu: "500m", memory: "128Mi" } };

/**
 * The container that fetches an SVID before the app starts, so that the app never runs without one; none without a
 * socket.
 */
export function identityWait(args: MeshAppArgs): Container[] {
    if (!waits(args)) {
        return [];
    }
    return [{ ...common(args), ...(waitsAsSidecar(args) ? sidecar(args) : initContainer(args)) }];
}

/** Whether the container that waits runs as long as the pod does. */
export function waitsAsSidecar(args: MeshAppArgs): boolean {
    const { waitAs } = args.settings.spireSocket;
    return waits(args) && (waitAs === "auto" ? (args.live?.sidecars ?? true) : waitAs === "sidecar");
}

/** Distinct pull Secrets for the registries of all images of the pod. */
export function pullSecrets(args: MeshAppArgs): string[] {
    return [...new Set([...args.settings.image.pullSecrets, ...(waits(args) ? args.spire.images.pullSecrets : [])])];
}

function waits({ settings: { spireSocket } }: MeshAppArgs): boolean {
    return spireSocket.type !== "none" && spireSocket.waitForIdentity;
}

function common(args: MeshAppArgs): Container {
    return {
        name: IDENTITY_WAIT,
        ...image({ settings: args.spire }, "agent"),
        // The image's own user is root.
        securityContext: { ...restrictedContainer, runAsUser: APP_USER, runAsGroup: APP_USER },
        volumeMounts: spireSocketMounts(args),
    };
}

/**
 * Waits without restarts: the kubelet starts the app once the startup probe, which runs every second, has fetched an
 * SVID. The process itself only watches the SVID. Its log contains SPIFFE ID and validity, never the key:
 * `npx x0 spire svid <pod>` shows it.
 */
function sidecar(args: MeshAppArgs): Partial<Container> {
    return {
        restartPolicy: "Always",
        command: [...AGENT_API, "watch"],
        args: socketArguments(args.settings.spireSocket.path),
        env: [goMemoryLimit(SIDECAR_RESOURCES.limits.memory)],
        startupProbe: {
            exec: {
                command: [...AGENT_API, "fetch", "x509", "-silent", ...socketArguments(args.settings.spireSocket.path)],
            },
            periodSeconds: ASK_SECONDS,
            timeoutSeconds: ASK_TIMEOUT_SECONDS,
            failureThreshold: ASK_TIMES,
        },
        resources: SIDECAR_RESOURCES,
    };
}

/** The kubelet restarts the container after each failed attempt, with an increasing back-off. */
function initContainer(args: MeshAppArgs): Partial<Container> {
    return {
        command: [...AGENT_API, "fetch", "x509"],
        args: [...socketArguments(args.settings.spireSocket.path), "-timeout", `${ATTEMPT_SECONDS}s`],
        resources: INIT_RESOURCES,
    };
}

/** Arguments that name the agent's socket. @param folder Its directory in the container. */
export function socketArguments(folder: string): string[] {
    return ["-socketPath", `${folder}/agent.sock`];
}
